"""The words of the frame around every page, and of what stands in a page's place."""

from aid.text import Text

WORDS: dict[str, Text] = {
    "app.name": Text("对口支援", "Counterpart assistance"),
    "app.title": Text("{page} · 对口支援", "{page} · Counterpart assistance"),
    "app.skip": Text("跳到正文", "Skip to content"),
    "nav.label": Text("页面", "Pages"),
    "nav.overview": Text("总览", "Overview"),
    "nav.funds": Text("资金", "Funds"),
    "nav.investment": Text("各地投入", "Investment"),
    "nav.villages": Text("重点村", "Key villages"),
    "nav.projects": Text("项目", "Projects"),
    "nav.cadres": Text("干部", "Cadres"),
    "nav.log": Text("填报", "Log"),
    "nav.audit": Text("审计", "Audit"),
    "nav.accounts": Text("账户", "Accounts"),
    "nav.plan": Text("规划", "Plan"),
    "language.other": Text("English", "中文"),
    "chooser.plan": Text("规划", "Plan"),
    "nav.print": Text("打印", "Print"),
    "user.label": Text("我的账户", "My account"),
    "user.password": Text("修改密码", "Change password"),
    "user.sign_out": Text("退出登录", "Sign out"),
    "live.now": Text("实时", "Live"),
    "live.now.is": Text("有新的记录时，本页自动更新", "This page follows what is newly recorded"),
    "live.polling": Text("轮询", "Polling"),
    "live.polling.is": Text("暂时收不到通知，本页每 15 秒更新一次",
                            "Not told of changes just now: this page asks every 15 seconds"),
    "live.newer": Text("有更新，点此刷新", "Something is new: refresh"),
    "own.only": Text(
        "只显示本地区：{places}。包括它的目标和数字、含它在内的合计，以及不涉及单个地区的内容；"
        "其他受援地的不在此显示。",
        "Your region only: {places}. That is its targets and figures, sums that include it, and "
        "what concerns no single region; those of other regions are not shown.",
    ),
    "own.nowhere": Text(
        "您的账户还没有指定地区，因此不显示任何目标和数字。请联系安全管理员。",
        "Your account has no region yet, so no targets and no figures are shown. Ask the security "
        "administrator.",
    ),
    "own.rows": Text(
        "只显示本地区：{places}；其他受援地的不在此显示。",
        "Your region only: {places}; those of other regions are not shown.",
    ),
    "own.nowhere.rows": Text(
        "您的账户还没有指定地区，因此不显示任何数据。请联系安全管理员。",
        "Your account has no region yet, so nothing is shown. Ask the security administrator.",
    ),
    "own.places": Text("您的地区", "your region"),
    "forbidden.title": Text("您的角色不能查看此页", "Your role may not see this page"),
    "forbidden.why": Text(
        "「{page}」页不对{role}开放；这次访问已记入审计日志。如工作需要，请联系安全管理员。",
        "The page “{page}” is not open to this role ({role}). The attempt is in the audit log. If "
        "you need it for your work, ask the security administrator.",
    ),
    "forbidden.back": Text("回到{page}", "Back to {page}"),
    "period.of": Text("规划期 {period}", "Plan period {period}"),
    "period.review": Text("回顾 {period}", "reviews {period}"),
    # empty, missing and failing
    "empty.title": Text("数据库里还没有规划", "There is no plan in the database yet"),
    "empty.how": Text(
        "在服务器上运行下面的命令，载入自带的上海市 2006—2010 年规划，然后刷新本页：",
        "Run this on the server to load the bundled plan (Shanghai, 2006–2010), then reload:",
    ),
    "none.own": Text("本地区还没有这方面的记录。",
                     "Nothing of this is recorded for your region yet."),
    "empty.own": Text(
        "要载入自己的规划，把它的文件夹名写在命令后面；文件格式见 docs/plan-file.md。",
        "To load a plan of your own, put its folder after the command; "
        "docs/plan-file.md describes the files.",
    ),
    "empty.reload": Text("刷新本页", "Reload this page"),
    "later.waiting": Text("正在统计…", "Counting…"),
    "failed.title": Text("这一页的数据没有读出来", "The data of this page could not be read"),
    "failed.why": Text(
        "数据库现在没有应答。您的数据没有受影响；稍候重试，仍不行请告诉管理员。",
        "The database does not answer at the moment. Your data is not affected. Try again in a "
        "moment, and tell the administrator if it stays like this.",
    ),
    "failed.retry": Text("重试", "Try again"),
}
