/* The browser's part: the URL is the state. Read it, write it, and tell Dash that it changed. */
(function () {
    "use strict";
    var REMEMBERED = "aid-language";

    var focused = null;
    var sought = "";

    function remembered() {
        try { return window.localStorage.getItem(REMEMBERED); } catch (refused) { return null; }
    }

    function remember(language) {
        try { window.localStorage.setItem(REMEMBERED, language); } catch (refused) { /* private */ }
    }

    function go(url) {
        var target = new URL(url, window.location.href);
        var turned = target.pathname !== window.location.pathname;
        var here = window.location;
        if (target.hash && target.pathname + target.search === here.pathname + here.search) {
            here.assign(target.href);
            seek(target.hash);
        }
        if (target.href === here.href) { return; }
        sought = target.hash;
        focused = document.activeElement && document.activeElement.id;
        window.history.pushState({}, "", target.href);
        window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
        if (turned) { window.scrollTo(0, 0); }
    }

    /* What an address names on its page is shown once it is drawn. */
    function seek(hash) {
        var there = hash && document.getElementById(hash.slice(1));
        if (there) { there.scrollIntoView(); }
        sought = "";
    }

    /* What had the focus was drawn anew: give it back, so that the keyboard goes on from there. */
    function restoreFocus() {
        var lost = !document.activeElement || document.activeElement === document.body;
        var again = focused && document.getElementById(focused);
        if (lost && again) { again.focus({ preventScroll: true }); }
        focused = null;
    }

    /* A row of this page that is folded away is shown before it is gone to. */
    function unfold(hash) {
        var row = document.getElementById(hash.slice(1));
        var folded = row && row.closest("details");
        if (folded) { folded.open = true; }
    }

    /* The present address with some filters changed; "" removes one. */
    function goWith(changes, fresh) {
        var now = new URL(window.location.href);
        var language = now.searchParams.get("lang");
        if (fresh) { now.search = language ? "?lang=" + language : ""; }
        now.searchParams.delete("rows");
        now.searchParams.delete("section");
        now.searchParams.delete("before");
        now.searchParams.delete("after");
        Object.keys(changes).forEach(function (name) {
            if (changes[name]) { now.searchParams.set(name, changes[name]); }
            else { now.searchParams.delete(name); }
        });
        var query = now.searchParams.toString().replace(/%2C/g, ",");
        go(now.pathname + (query ? "?" + query : ""));
    }

    window.dash_clientside = Object.assign({}, window.dash_clientside, {
        aid: {
            /* What the address asks for, and in which language. */
            readAddress: function (path, search) {
                var given = new URLSearchParams(search || "");
                if (given.get("lang")) { remember(given.get("lang")); }
                var address = { path: path, search: search, lang: given.get("lang") || remembered() };
                document.dispatchEvent(new CustomEvent("aid:asked", { detail: address }));
                return address;
            },
            /* After drawing: the title and language, and the focus back where it was. */
            settle: function (drawn) {
                if (drawn && drawn.title) {
                    document.title = drawn.title;
                    document.documentElement.lang = drawn.lang === "zh" ? "zh-CN" : "en";
                }
                window.setTimeout(function () {
                    restoreFocus();
                    seek(sought);
                }, 0);
                document.dispatchEvent(new CustomEvent("aid:drawn"));
                return window.dash_clientside.no_update;
            },
            /* What takes its time is asked for once the page is there. */
            askLater: function (drawn) {
                if (!drawn || !drawn.later) { return window.dash_clientside.no_update; }
                var here = window.location;
                return { path: here.pathname, search: here.search, lang: drawn.lang };
            }
        }
    });

    /* A mark of a chart leads to another page, or after a # to a row of its own. */
    document.addEventListener("aid:follow", function (event) {
        if (event.detail.charAt(0) !== "#") { go(event.detail); return; }
        unfold(event.detail);
        window.location.assign(event.detail);
    });

    /* A session that has ended leads to the sign-in page, and from there back here. */
    var plainFetch = window.fetch;

    window.fetch = function () {
        return plainFetch.apply(window, arguments).then(function (answer) {
            if (answer.status !== 401) { return answer; }
            var here = window.location.pathname + window.location.search;
            window.location.assign("/login?next=" + encodeURIComponent(here));
            return new Promise(function () { /* the page is being left */ });
        });
    };

    /* Forms carry the token of the session, as callbacks do in a header. */
    document.addEventListener("submit", function (event) {
        var field = event.target.querySelector("input[name=csrf]");
        var found = document.cookie.match(/(?:^|; )aid-csrf=([^;]*)/);
        if (field && found) { field.value = decodeURIComponent(found[1]); }
    });

    /* Large tables come as [tag, attributes, children] and are built here, text always as text. */
    function build(node) {
        if (typeof node === "string") { return document.createTextNode(node); }
        var built = document.createElement(node[0]);
        Object.keys(node[1]).forEach(function (name) { built.setAttribute(name, node[1][name]); });
        built.append.apply(built, node[2].map(build));
        return built;
    }

    new MutationObserver(function () {
        document.querySelectorAll("[data-light]").forEach(function (place) {
            var said = place.getAttribute("data-light");
            if (place.built === said) { return; }
            place.built = said;
            place.replaceChildren(build(JSON.parse(said)));
        });
        /* What came later for a place drawn before. */
        document.querySelectorAll("[data-fills]").forEach(function (said) {
            var place = document.getElementById(said.getAttribute("data-fills"));
            if (place && place.textContent !== said.textContent) {
                place.textContent = said.textContent;
            }
        });
    }).observe(document.documentElement, {
        childList: true, subtree: true, attributes: true, attributeFilter: ["data-light"]
    });

    /* Menus and definitions: one is open at a time, and closes by a click elsewhere or Escape. */
    var POPS = "details.user[open], details.pop[open]";

    function plainClick(event) {
        return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey &&
            !event.altKey && !event.defaultPrevented;
    }

    document.addEventListener("click", function (event) {
        document.querySelectorAll(POPS).forEach(function (menu) {
            if (!menu.contains(event.target)) { menu.open = false; }
        });
        var filters = event.target.closest("[data-unfold]");
        if (filters) {
            var open = document.documentElement.classList.toggle("unfolded");
            filters.setAttribute("aria-expanded", String(open));
        }
        var link = event.target.closest("a[href]");
        if (link && plainClick(event) && link.origin === window.location.origin &&
            link.pathname.indexOf("/dashboards/") === 0 && !link.hasAttribute("data-reload") &&
            link.getAttribute("href").charAt(0) !== "#") {
            event.preventDefault();
            go(link.href);
            return;
        }
        if (link && link.getAttribute("href").charAt(0) === "#") {
            unfold(link.hash);
            var list = link.closest("details.pop");
            if (list) { list.open = false; }
        }
        if (event.target.closest("[data-print]")) { window.print(); }
        var fold = event.target.closest("[data-fold]");
        if (fold) {
            document.querySelectorAll(".tree details").forEach(function (part) {
                part.open = fold.getAttribute("data-fold") === "open";
            });
        }
    });

    document.addEventListener("change", function (event) {
        var field = event.target;
        var name = field.id === "filter-q" ? "q" : field.getAttribute("data-param");
        if (!name) { return; }
        var names = name.split(",");
        var values = names.length > 1 ? field.value.split(",") : [field.value];
        var changes = {};
        names.forEach(function (each, at) { changes[each] = (values[at] || "").trim(); });
        goWith(changes, field.hasAttribute("data-fresh"));
    });

    /* The cross of a search field empties it without a change event. */
    document.addEventListener("search", function (event) {
        var name = event.target.id === "filter-q" ? "q" : event.target.getAttribute("data-param");
        var changes = {};
        changes[name] = event.target.value.trim();
        if (name) { goWith(changes); }
    }, true);

    document.addEventListener("keydown", function (event) {
        var menu = event.key === "Escape" && document.querySelector(POPS);
        if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
    });
})();
