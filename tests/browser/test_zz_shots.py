import re
from tests.browser.test_passkey import *
def test_shots(browser, site):
    for lang,w in (("en",1280),("fa_AF",390),("fa_AF",1280)):
        p=Person(browser, site); p.page.set_viewport_size({"width":w,"height":900})
        p.go("/login?lang="+lang); p.page.screenshot(path=f"/tmp/shot_login_{lang}_{w}.png")
        p.page.fill("#f-login","bahrom"); p.page.fill("#f-password","wrong"); p.page.click("#sign-in button"); p.page.screenshot(path=f"/tmp/shot_loginbad_{lang}_{w}.png")
        p.sign_in("bahrom"); p.go("/account"); p.page.screenshot(path=f"/tmp/shot_account_{lang}_{w}.png",full_page=True)
        p.go("/tf-setup"); p.page.click("button[value='authenticator']"); p.page.screenshot(path=f"/tmp/shot_tf_{lang}_{w}.png",full_page=True)
        p.go("/wan-register"); p.page.screenshot(path=f"/tmp/shot_wan_{lang}_{w}.png",full_page=True)
        p.go("/verify-password"); p.page.screenshot(path=f"/tmp/shot_verify_{lang}_{w}.png",full_page=True)
        print(p.complaints)
        from axe_playwright_python.sync_playwright import Axe
        for path in ("/account","/tf-setup","/wan-register","/verify-password","/change-password","/mf-recovery-codes"):
            p.go(path); r=Axe().run(p.page); print(lang,w,path,[(v["id"],[n["target"] for n in v["nodes"]][:2]) for v in r.response["violations"]])
        p.context.close()
