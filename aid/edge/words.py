"""What the edge's own pages say."""

from collections.abc import Mapping

from aid.text import Text

WORDS: Mapping[str, Text] = {
    "app": Text("对口支援台账", "Counterpart assistance"),
    "other.language": Text("English", "中文"),
    "login.title": Text("登录", "Sign in"),
    "login.name": Text("账户名", "Account name"),
    "login.password": Text("密码", "Password"),
    "login.enter": Text("登录", "Sign in"),
    "login.provider": Text("用统一身份认证平台登录", "Sign in with the city's identity provider"),
    "login.or": Text("或", "or"),
    "login.left": Text("您已退出登录。", "You are signed out."),
    "login.help": Text("没有账户或忘记密码，请联系负责运行本系统的管理员。",
                       "No account, or the password forgotten? Ask whoever runs this system."),
    "logout.title": Text("退出登录", "Sign out"),
    "logout.ask": Text("要退出登录吗？", "Sign out now?"),
    "logout.leave": Text("退出登录", "Sign out"),
    "signed.as": Text("当前账户", "Signed in as"),
    "back": Text("返回", "Back"),
    "password.title": Text("修改密码", "Change your password"),
    "password.must": Text("继续使用前，请先设置您自己的密码。",
                          "Before you go on, choose a password of your own."),
    "password.current": Text("现用密码", "Present password"),
    "password.new": Text("新密码", "New password"),
    "password.again": Text("再输入一次新密码", "The new password once more"),
    "password.rules": Text("至少 12 个字符，不要用账户名或常见密码。一句好记的话就很好。",
                           "At least 12 characters, not the account name, nothing common. "
                           "A sentence you remember is good."),
    "password.change": Text("保存新密码", "Save the new password"),
    "password.differ": Text("两次输入的新密码不一致。", "The two new passwords differ."),
    "factor.title": Text("第二因素验证", "Second factor"),
    "factor.ask": Text("请输入验证器应用当前显示的六位验证码。",
                       "Enter the six digits that your authenticator app shows now."),
    "factor.code": Text("验证码", "Code"),
    "factor.enter": Text("继续", "Go on"),
    "enrol.title": Text("设置第二因素", "Set up a second factor"),
    "enrol.how": Text("用验证器应用扫描二维码，或手工输入密钥，然后填写它显示的六位验证码。",
                      "Scan this with an authenticator app, or type the key into it; then enter "
                      "the six digits it shows."),
    "enrol.key": Text("密钥", "Key"),
    "factor.set": Text("第二因素已设置。如需更换设备，请联系负责运行本系统的管理员。",
                       "Your second factor is set up. To move it to another device, ask whoever "
                       "runs this system."),
    "refused.title": Text("无法继续", "This cannot be done"),
    "refused.home": Text("回到首页", "To the first page"),
}
