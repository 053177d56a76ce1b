"""Aid projects (帮扶项目): from proposal to closure, with milestones, progress and documents."""
