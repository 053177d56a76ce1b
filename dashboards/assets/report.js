/* The yearly report is made while its steps are shown, then saved: a JSON line a step, the file last. */
(function () {
    "use strict";

    function said(place, kind, values) {
        var text = place.dataset[kind];
        Object.keys(values || {}).forEach(function (name) {
            text = text.replace("{" + name + "}", values[name]);
        });
        place.textContent = text;
    }

    function save(file) {
        var bytes = Uint8Array.from(atob(file.content), function (one) { return one.charCodeAt(0); });
        var link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob([bytes], { type: file.type }));
        link.download = file.name;
        link.click();
        setTimeout(function () { URL.revokeObjectURL(link.href); }, 60000);
    }

    function told(line, bar, place) {
        if (line.step !== undefined) {
            bar.max = line.of;
            bar.value = line.done;
            said(place, "working", { step: line.step });
        } else if (line.content !== undefined) {
            save(line);
            said(place, "done", { name: line.name });
            return true;
        } else {
            place.textContent = line.error;
            return true;
        }
        return false;
    }

    async function make(address, bar, place) {
        var answer = await fetch(address, { headers: { "Accept": "application/jsonl" } });
        if (!answer.ok) {
            var refused = await answer.json();
            place.textContent = refused.errors.map(function (one) { return one.message; }).join(" ");
            return;
        }
        var reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
        var rest = "", ended = false;
        for (;;) {
            var piece = await reader.read();
            if (piece.done) { break; }
            var lines = (rest + piece.value).split("\n");
            rest = lines.pop();
            for (var at = 0; at < lines.length; at += 1) {
                ended = told(JSON.parse(lines[at]), bar, place);
            }
        }
        if (!ended) { throw new Error("the report was cut short"); }
    }

    document.addEventListener("submit", function (event) {
        var form = event.target;
        if (!form.hasAttribute || !form.hasAttribute("data-report")) { return; }
        event.preventDefault();
        if (form.hasAttribute("aria-busy")) { return; }
        var bar = document.getElementById("report-bar");
        var place = document.getElementById("report-said");
        var address = new URL(event.submitter ? event.submitter.formAction : form.action);
        new FormData(form).forEach(function (value, name) {
            if (value) { address.searchParams.set(name, value); }
        });
        form.setAttribute("aria-busy", "true");
        bar.hidden = false;
        bar.removeAttribute("value");
        place.textContent = "…";
        make(address, bar, place).catch(function () { said(place, "failed"); }).finally(function () {
            form.removeAttribute("aria-busy");
            bar.hidden = true;
        });
    });
}());
