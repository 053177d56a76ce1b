/* Charts. A place says what is drawn in it (data-figure); its id is the chart's name. What was
   drawn under that name before is moved there and changed: making it anew takes the browser
   several times as long. */
(function () {
    "use strict";
    var CONFIG = {
        displayModeBar: false, displaylogo: false, doubleClick: false, scrollZoom: false,
        responsive: true,
        /* plotly asks for a base map even where none is drawn: from here, not a foreign host. */
        topojsonURL: "/dashboards/assets/geo/"
    };
    var LIBRARY = document.querySelector("meta[name=aid-plotly]").content;
    var SOON = 30;           /* milliseconds after which what is asked for is on its way */
    var ON_PAGES = /\/(investment|funds|villages|cadres|projects\/.)/;
    var ON_PARTS = /part=(queue|movements)/;
    var UNUSED = 1000;       /* milliseconds after a drawing until what has no place is let go */
    var PAPER = 690;         /* pixels: paper is narrower than most screens */

    var charts = new Map();  /* by the id of its place: the element that plotly draws in */
    var library = null;

    function plotly() {
        library = library || new Promise(function (done, failed) {
            var script = document.createElement("script");
            script.src = LIBRARY;
            script.onload = function () { done(window.Plotly); };
            script.onerror = function () {
                library = null;
                script.remove();
                failed(new Error("the drawing library did not come"));
            };
            document.head.append(script);
        });
        return library;
    }

    /* A mark of a chart leads to what it is of. */
    function follow(click) {
        var there = [].concat(click.points[0].customdata)[0];
        if (there) {
            document.dispatchEvent(new CustomEvent("aid:follow", { detail: there }));
        }
    }

    function made(name) {
        var chart = document.createElement("div");
        chart.className = "plot";
        chart.turn = Promise.resolve();
        charts.set(name, chart);
        return chart;
    }

    function draw(place) {
        var said = place.getAttribute("data-figure");
        var chart = charts.get(place.id) || made(place.id);
        if (chart.parentNode === place && chart.said === said) { return; }
        var same = chart.said === said;
        place.replaceChildren(chart);
        chart.said = said;
        chart.turn = Promise.all([plotly(), chart.turn]).then(function (come) {
            return chart.said === said && put(come[0], chart, place, said, same);
        }).catch(function (fault) {
            chart.said = null;
            place.classList.add("undrawn");
            window.console.error(fault);
        });
    }

    function put(library, chart, place, said, same) {
        var done = !same ? drawn(library, chart, JSON.parse(said))
            : chart.offsetWidth !== chart._fullLayout.width ? library.Plots.resize(chart) : null;
        chart.removeAllListeners("plotly_click");
        chart.on("plotly_click", follow);
        return Promise.resolve(done).then(function () {
            place.classList.remove("undrawn");
            place.drawn = said;
        });
    }

    /* Streams that are changed take half a second to flow to their new places: they are made anew. */
    function drawn(library, chart, figure) {
        var flows = figure.data.some(function (trace) { return trace.type === "sankey"; });
        figure.layout.autosize = true;
        return (flows ? library.newPlot : library.react)(
            chart, figure.data, figure.layout, CONFIG);
    }

    function letGo() {
        charts.forEach(function (chart, name) {
            if (chart.isConnected) { return; }
            charts.delete(name);
            chart.said = null;
            if (chart._fullLayout) { window.Plotly.purge(chart); }
        });
    }

    new MutationObserver(function () {
        document.querySelectorAll("[data-figure]").forEach(draw);
    }).observe(document.documentElement, {
        childList: true, subtree: true, attributes: true, attributeFilter: ["data-figure"]
    });

    document.addEventListener("aid:drawn", function () { window.setTimeout(letGo, UNUSED); });

    /* The library is large: it is fetched at once, and read while the first data is on its way. */
    if (ON_PAGES.test(window.location.pathname) && !ON_PARTS.test(window.location.search)) {
        var early = document.createElement("link");
        Object.assign(early, { rel: "preload", as: "script", href: LIBRARY });
        document.head.append(early);
        document.addEventListener("aid:asked", function () {
            window.setTimeout(function () { plotly().catch(function () { /* asked again */ }); }, SOON);
        }, { once: true });
    }

    /* A chart as a picture: its heading above it, on white, twice as fine as the screen. */
    function save(button) {
        var chart = charts.get(button.getAttribute("data-chart"));
        var form = button.getAttribute("data-picture");
        var title = button.getAttribute("data-title");
        var margin = Object.assign({}, chart.layout.margin);
        margin.t = (margin.t || 0) + 44;
        var layout = Object.assign({}, chart.layout, {
            margin: margin, paper_bgcolor: "#fff", width: chart.offsetWidth,
            height: chart.offsetHeight + 44, title: {
                text: title, x: 0, xref: "paper", xanchor: "left", y: 1, yref: "container",
                yanchor: "top", pad: { t: 12 }, font: { size: 16 }
            }
        });
        window.Plotly.downloadImage({ data: chart.data, layout: layout }, {
            format: form, filename: title, width: layout.width, height: layout.height,
            scale: form === "png" ? 2 : 1
        });
        button.closest("details").open = false;
    }

    document.addEventListener("click", function (event) {
        var picture = event.target.closest("[data-picture]");
        if (picture) { save(picture); }
    });

    function shown() { return Array.from(document.querySelectorAll(".js-plotly-plot")); }

    window.addEventListener("beforeprint", function () {
        shown().forEach(function (chart) {
            var height = chart.closest(".map") ? 520 : chart.offsetHeight;
            /* Streams take their time to flow to new places: they shrink where they are. */
            if (chart.closest(".wide")) {
                chart.style.zoom = Math.min(1, PAPER / chart.offsetWidth);
                return;
            }
            window.Plotly.relayout(chart, { width: PAPER, height: height });
        });
    });
    window.addEventListener("afterprint", function () {
        shown().forEach(function (chart) {
            if (chart.closest(".wide")) { chart.style.zoom = ""; return; }
            var back = { autosize: true, width: null };
            if (chart.closest(".map")) { back.height = null; }
            window.Plotly.relayout(chart, back);
        });
    });
})();
