/* Sheets: looked at first, then brought in if it is the same file. What forms do, forms.js says. */
(function () {
    "use strict";
    var on = window.aidForm;

    function preview(form) {
        var words = form.told.words, file = form.querySelector("[type=file]").files[0];
        on.forgive(form);
        form.querySelector(".preview").replaceChildren();
        var wrong = !file ? words.no_file : file.size > form.told.largest ? words.large : "";
        if (wrong) {
            on.complain(form, "file", wrong);
            on.toFirst(form);
            return;
        }
        bring(form, file, "dry_run=1", function (found) { shown(form, file, found); });
    }

    function bring(form, file, how, then) {
        if (form.sending) { return; }
        var kind = form.querySelector("select").value, sent = new FormData();
        sent.append("file", file);
        on.busy(form, true);
        on.say(form, form.told.words.sending);
        on.send("/imports/" + kind + "?" + how, sent, null).then(function (answer) {
            return answer.json();
        }).then(function (found) {
            on.busy(form, false);
            on.say(form, "");
            if (found.complaints) { mistaken(form, found); }
            else if (found.errors) { on.say(form, found.errors[0].message, "refused"); }
            else { then(found); }
        }, function () {
            on.busy(form, false);
            on.say(form, form.told.words.failed, "refused");
        });
    }

    function sheetTable(heads, rows) {
        return on.make("div", { "class": "scroll", tabindex: "0" }, [on.make("table", {
            "class": "listing"
        }, [on.make("thead", {}, [on.make("tr", {}, heads.map(function (head) {
            return on.make("th", { scope: "col" }, [head]);
        }))]), on.make("tbody", {}, rows.map(function (row) {
            return on.make("tr", {}, row.map(function (cell, number) {
                return on.make("td", { "data-label": heads[number] }, [cell]);
            }));
        }))])]);
    }

    function counts(form, found) {
        return on.make("dl", { "class": "facts counts" }, ["added", "changed", "unchanged"].map(
            function (name) {
                return on.make("div", {}, [on.make("dt", {}, [form.told.words[name]]),
                    on.make("dd", {}, [String(found[name])])]);
            }));
    }

    function mistaken(form, found) {
        var words = form.told.words, place = form.querySelector(".preview");
        on.say(form, words.mistakes + " (" + found.count + ")", "refused");
        var rows = found.complaints.map(function (one) {
            var cell = /^(.*)!([A-Z]*)([0-9]+)$/.exec(one.place) || [null, one.place, "", ""];
            return [cell[1], cell[3], (cell[2] + " " + one.field).trim(), one.value, one.expected];
        });
        place.replaceChildren(sheetTable([words.sheet, words.row, words.column, words.value,
            words.expected], rows));
        if (found.count > rows.length) { place.append(on.make("p", {}, [words.more])); }
        place.focus();
    }

    function shown(form, file, found) {
        var words = form.told.words, place = form.querySelector(".preview"), rows = [];
        found.changes.forEach(function (one) {
            if (one.added) { rows.push([String(one.row), one.name, words.is_new, "", ""]); }
            one.fields.forEach(function (field) {
                rows.push([String(one.row), one.name, field.title, field.old, field.new]);
            });
        });
        place.replaceChildren(counts(form, found));
        if (!found.added && !found.changed) {
            place.append(on.make("p", {}, [words.nothing]));
        } else {
            place.append(sheetTable([words.row, words.record, words.what, words.old, words.new],
                rows));
            if (found.added + found.changed > found.changes.length) {
                place.append(on.make("p", {}, [words.more]));
            }
            var confirm = on.make("button", { type: "button", "class": "main" }, [words.confirm]);
            confirm.addEventListener("click", function () {
                bring(form, file, "digest=" + found.digest, function (done) {
                    broughtIn(form, done);
                });
            });
            place.append(on.make("div", { "class": "form-buttons" }, [confirm]));
        }
        place.focus();
    }

    function broughtIn(form, done) {
        var links = form.told.links.map(function (one) {
            return on.make("a", { href: one[1], "class": "button" }, [one[0]]);
        });
        var told = on.make("section", { "class": "accepted", role: "status", tabindex: "-1" }, [
            on.make("h2", {}, ["✓ " + form.told.words.done]), counts(form, done),
            on.make("p", { "class": "links" }, links)
        ]);
        form.replaceWith(told);
        told.focus();
    }

    document.addEventListener("submit", function (event) {
        var form = event.target;
        if (form.matches("[data-import]")) {
            event.preventDefault();
            form.told = JSON.parse(form.getAttribute("data-import"));
            preview(form);
        }
    });

    /* Another file or kind than was looked at: what was shown is not of it. */
    document.addEventListener("change", function (event) {
        var form = event.target.closest("form[data-import]");
        if (form) {
            on.forgive(form);
            form.querySelector(".preview").replaceChildren();
        }
    });
})();
