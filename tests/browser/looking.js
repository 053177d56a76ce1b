/* What a careful eye finds wrong on a page. Each complaint is a sentence that begins with its kind. */
(() => {
    "use strict";
    const complaints = [];
    const close = 1.5;

    const named = element => {
        const tag = element.tagName.toLowerCase();
        const home = element.closest("[id]");
        const kind = element.getAttribute("class");
        return `${home ? "#" + home.id + " " : ""}${tag}${kind ? "." + kind.split(" ")[0] : ""}`;
    };
    const said = element => (element.textContent || "").replace(/\s+/g, " ").trim().slice(0, 50);
    const say = (kind, element, more) =>
        complaints.push(`${kind}: ${named(element)} “${said(element)}” ${more || ""}`.trim());

    const shown = element => element.checkVisibility({ opacityProperty: true,
        visibilityProperty: true }) && !element.closest(".skip, noscript, select, datalist");

    const wide = document.documentElement.scrollWidth;
    if (wide > window.innerWidth) {
        const out = [...document.querySelectorAll("#page *")].filter(one => shown(one) &&
            one.getBoundingClientRect().right > window.innerWidth + close);
        say("scrolls sideways", out[out.length - 1] || document.body, `${wide} px`);
    }

    /* Text that its own box cuts off. */
    document.querySelectorAll("body *").forEach(element => {
        if (!shown(element) || element.closest("svg") || !said(element)) { return; }
        const style = getComputedStyle(element);
        const cut = over => over === "hidden" || over === "clip";
        const ellipsis = style.textOverflow === "ellipsis" &&
            (element.title || element.closest("[title]"));
        if (cut(style.overflowX) && element.scrollWidth > element.clientWidth + close && !ellipsis) {
            say("cut off", element, `${element.scrollWidth} > ${element.clientWidth} px`);
        }
        if (cut(style.overflowY) && element.scrollHeight > element.clientHeight + close) {
            say("cut off below", element, `${element.scrollHeight} > ${element.clientHeight} px`);
        }
    });

    /* The lines of text as they stand on the page, each within what scrolls or clips it. */
    const lines = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const parent = node.parentElement;
        if (!node.data.trim() || !shown(parent) || parent.closest("footer, script, style")) {
            continue;
        }
        const range = document.createRange();
        range.selectNodeContents(node);
        const bounds = [];
        for (let at = parent; at; at = at.parentElement) {
            if (getComputedStyle(at).overflow !== "visible" && !at.closest("svg")) {
                bounds.push(at.getBoundingClientRect());
            }
        }
        /* A line is as high as its letters, not as the font would like it. */
        const letters = parseFloat(getComputedStyle(parent).fontSize);
        [...range.getClientRects()].forEach(rect => {
            const air = Math.max(0, rect.height - letters) / 2;
            const box = { left: rect.left, right: rect.right, top: rect.top + air,
                bottom: rect.bottom - air };
            bounds.forEach(bound => {
                box.left = Math.max(box.left, bound.left);
                box.right = Math.min(box.right, bound.right);
                box.top = Math.max(box.top, bound.top);
                box.bottom = Math.min(box.bottom, bound.bottom);
            });
            if (box.right - box.left > close && box.bottom - box.top > close) {
                lines.push({ box, parent, layer: parent.closest(".pop-body, .menu, .row.head") });
            }
        });
    }

    /* Two texts over each other: what covers a seventh of the smaller one. */
    const area = box => (box.right - box.left) * (box.bottom - box.top);
    const held = (one, other) => one.contains(other) && one !== other &&
        getComputedStyle(other).display === "inline";
    lines.sort((one, other) => one.box.top - other.box.top);
    lines.forEach((one, at) => {
        for (let next = at + 1; next < lines.length; next += 1) {
            const other = lines[next];
            if (other.box.top >= one.box.bottom) { break; }
            const width = Math.min(one.box.right, other.box.right) -
                Math.max(one.box.left, other.box.left);
            const height = Math.min(one.box.bottom, other.box.bottom) -
                Math.max(one.box.top, other.box.top);
            if (width <= close || height <= close || one.layer !== other.layer) { continue; }
            const text = one.parent.closest("text");
            if (text && text === other.parent.closest("text")) { continue; }
            if (held(one.parent, other.parent) || held(other.parent, one.parent)) { continue; }
            if (width * height * 7 < Math.min(area(one.box), area(other.box))) { continue; }
            say("overlap", one.parent, `and ${named(other.parent)} “${said(other.parent)}”`);
        }
    });

    /* A chart's text that its picture cuts off. */
    document.querySelectorAll(".js-plotly-plot").forEach(chart => {
        const box = chart.getBoundingClientRect();
        chart.querySelectorAll("text").forEach(text => {
            const at = text.getBoundingClientRect();
            if (at.width && (at.left < box.left - 2 || at.right > box.right + 2 ||
                at.top < box.top - 2 || at.bottom > box.bottom + 2)) {
                say("outside its chart", text);
            }
        });
    });

    /* What nobody should read: names of the program, values that are none. */
    const raw = /\b(undefined|NaN|None|null)\b|\{[a-z_]+\}|\b[a-z]+(?:_[a-z]+)+\b|\[object/;
    lines.forEach(line => {
        const found = !line.parent.closest("code, pre, #entries, #accounts, #user") &&
            line.parent.textContent.match(raw);
        if (found) { say("raw", line.parent, found[0]); }
    });
    return [...new Set(complaints)];
})()
