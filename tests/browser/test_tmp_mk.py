from tests.browser.test_money_pages import _aside, _lives


def test_wide(person):
    _aside(_lives)
    page = person("officer", lang="fa_AF", width=390)
    page.goto("/cashier/")
    page.screenshot(path="/tmp/guzar/mk/desk.png", full_page=True)
    print(page.evaluate("""() => { const w = document.documentElement.clientWidth; const out = [];
      out.push('doc ' + document.documentElement.scrollWidth + ' ' + w);
      for (const e of document.querySelectorAll('body *')) { const r = e.getBoundingClientRect();
        if (r.left < -0.5 || r.right > w + 0.5) out.push(e.tagName + '#' + e.id + '.' + e.className + ' ' + r.left + ' ' + r.right + ' ' + (e.textContent||'').trim().slice(0,40)); }
      return out.join('\\n') }"""))
    raise SystemError("seen")
