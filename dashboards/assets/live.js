/* A page that is open is drawn again when there is something new of what it follows.
   The server only tells that there is; the page is then asked for as always.

   A page is left alone while it is not looked at, and while a field in it holds what somebody
   typed: then it is said that there is something new. An element with data-keep says so too. */
(function () {
    "use strict";
    var APART = 2000;        /* milliseconds between one drawing and the next, at least, ... */
    var SHARE = 4;           /* ... and so many times as long as the last one took */
    var POLL = 15000;
    var LONGEST = 60000;
    var ROOT = document.documentElement;

    var address = null;      /* what the page was drawn for */
    var askedAt = 0;         /* when it was asked for */
    var took = 0;
    var drawing = false;
    var stale = false;       /* there is something new that is not drawn yet */
    var timer = null;
    var stream = null;
    var failures = 0;
    var again = null;
    var typed = new Map();   /* fields in which something was typed, and what was in them before */
    var place = null;
    var byItself = false;

    function page() { return document.querySelector("#content[data-follows]"); }

    function say(state) { ROOT.setAttribute("data-live", state); }

    function valueOf(field) {
        return /^(checkbox|radio)$/.test(field.type) ? field.checked : field.value;
    }

    function isHeld() {
        var held = Boolean(document.querySelector("#content [data-keep]"));
        typed.forEach(function (before, field) {
            if (field.isConnected && valueOf(field) !== before) { held = true; }
        });
        return held;
    }

    /* Where somebody is on the page: what is open, what has the focus, how far it is scrolled. */
    function nameOf(element, tag) {
        if (element.id) { return "#" + CSS.escape(element.id); }
        var home = element.parentElement.closest("[id]");
        var at = Array.from(home.querySelectorAll(tag)).indexOf(element);
        return "#" + CSS.escape(home.id) + " " + tag + " " + at;
    }

    function byName(name) {
        var parts = name.split(" ");
        var home = document.querySelector(parts[0]);
        return parts.length === 1 || !home ? home : home.querySelectorAll(parts[1])[parts[2]];
    }

    function notePlace() {
        var focus = document.activeElement;
        var inside = focus && focus.closest("#page") && focus !== document.body;
        place = {
            x: window.scrollX, y: window.scrollY, open: new Map(), element: inside ? focus : null,
            focus: inside ? nameOf(focus, focus.tagName.toLowerCase()) : null,
            from: inside && "selectionStart" in focus ? focus.selectionStart : null,
            until: inside && "selectionEnd" in focus ? focus.selectionEnd : null,
            url: window.location.href
        };
        document.querySelectorAll("#page details").forEach(function (part) {
            place.open.set(nameOf(part, "details"), part.open);
        });
    }

    function restorePlace(was) {
        if (was.url !== window.location.href) { return; }
        was.open.forEach(function (open, name) {
            var part = byName(name);
            if (part && part.open !== open) { part.open = open; }
        });
        var lost = was.focus && !was.element.isConnected;
        var field = lost && byName(was.focus);
        if (field && document.activeElement === document.body) {
            field.focus({ preventScroll: true });
            if (was.from !== null && field.setSelectionRange) {
                field.setSelectionRange(was.from, was.until);
            }
        }
        if (window.scrollX !== was.x || window.scrollY !== was.y) { window.scrollTo(was.x, was.y); }
    }

    /* Drawing the page again. */
    function refresh(wished) {
        timer = null;
        if (!stale || document.hidden || !page() || !address || drawing) { return; }
        if (isHeld()) { ROOT.setAttribute("data-newer", ""); return; }
        ROOT.removeAttribute("data-newer");
        stale = false;
        drawing = true;
        byItself = !wished;
        askedAt = performance.now();
        notePlace();
        window.dash_clientside.set_props("draw", { data: Object.assign({}, address) });
        window.setTimeout(function () { drawing = false; }, POLL);
    }

    function soon(atLeast) {
        stale = true;
        if (timer || drawing) { return; }
        var rest = Math.max(APART, SHARE * took) - (performance.now() - askedAt);
        var wait = Math.min(LONGEST, Math.max(atLeast || 0, rest, 0));
        timer = window.setTimeout(function () { refresh(false); }, wait);
    }

    document.addEventListener("aid:asked", function (event) {
        address = event.detail;
        askedAt = performance.now();
        stale = false;
        place = null;
        typed.clear();
        note(document.activeElement);
        ROOT.removeAttribute("data-newer");
    });

    document.addEventListener("aid:drawn", function () {
        var was = place;
        place = null;
        if (drawing) { took = performance.now() - askedAt; }
        drawing = byItself = false;
        if (was) { window.setTimeout(function () { restorePlace(was); }, 0); }
        if (stale) { soon(); }
        if (!page()) { disconnect(); } else if (!stream && !again) { connect(); }
    });

    /* What is asked with nobody at the page keeps no session from ending. */
    var plainFetch = window.fetch;

    window.fetch = function (what, options) {
        if (byItself && String(what).indexOf("_dash-update-component") > 0) {
            byItself = false;
            options = Object.assign({}, options);
            options.headers = Object.assign({}, options.headers, { "X-By-Itself": "1" });
        }
        return plainFetch.call(window, what, options);
    };

    /* Being told. */
    function disconnect() {
        if (stream) { stream.close(); }
        window.clearTimeout(again);
        stream = again = null;
        ROOT.removeAttribute("data-live");
    }

    function connect() {
        disconnect();
        if (document.hidden || !page()) { return; }
        var seen = Math.ceil(performance.now() - askedAt);
        var own = stream = new EventSource("/dashboards/changes?seen=" + seen);
        own.addEventListener("state", function (event) {
            failures = 0;
            say(event.data === "live" ? "now" : "polling");
        });
        own.addEventListener("changed", function (event) {
            var follows = page() ? page().getAttribute("data-follows").split(" ") : [];
            var of = page() && page().getAttribute("data-of");
            var told = event.data.split(" ").map(function (one) { return one.split(":"); });
            var mine = told.filter(function (one) {
                return follows.indexOf(one[0]) >= 0 && (!of || one[1] === "all" || one[1] === of);
            });
            var anything = told.length > 1 &&
                told.every(function (one) { return one[1] === "all"; });
            if (mine.length) { soon(anything ? Math.random() * APART : 0); }
        });
        own.onerror = function () {
            own.close();
            if (stream !== own) { return; }
            stream = null;
            failures += 1;
            if (failures > 1) { say("polling"); }
            var wait = Math.min(LONGEST, 1000 * Math.pow(2, failures - 1));
            again = window.setTimeout(connect, wait * (0.5 + Math.random() / 2));
        };
    }

    window.setInterval(function () {
        if (ROOT.getAttribute("data-live") === "polling" && !isHeld()) { soon(); }
    }, POLL);

    document.addEventListener("visibilitychange", function () {
        if (document.hidden) { disconnect(); return; }
        failures = 0;
        connect();
        if (stale) { soon(); }
    });

    /* What is typed. */
    function note(field) {
        if (field && field.closest("#content") && "value" in field && !typed.has(field)) {
            typed.set(field, valueOf(field));
        }
    }

    document.addEventListener("focusin", function (event) { note(event.target); });
    document.addEventListener("focusout", function (event) {
        var field = event.target;
        if (typed.has(field) && valueOf(field) === typed.get(field)) { typed.delete(field); }
    });

    document.addEventListener("click", function (event) {
        if (!event.target.closest("[data-newer]:not(:root)")) { return; }
        typed.clear();
        stale = true;
        refresh(true);
    });
})();
