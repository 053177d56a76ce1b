/* Forms of the log: sent to the API, complaints beside their fields, drafts kept until accepted. */
(function () {
    "use strict";
    var DRAFT = "aid-draft ";
    var LARGEST = 20 * 1024 * 1024;

    function make(tag, attributes, children) {
        var made = document.createElement(tag);
        Object.keys(attributes || {}).forEach(function (name) {
            made.setAttribute(name, attributes[name]);
        });
        made.append.apply(made, children || []);
        return made;
    }

    function token() {
        var found = document.cookie.match(/(?:^|; )aid-csrf=([^;]*)/);
        return found ? decodeURIComponent(found[1]) : "";
    }

    /* Ours alone, and never the same twice: 128 random bits. */
    function newKey() {
        return Array.from(window.crypto.getRandomValues(new Uint8Array(16)), function (byte) {
            return byte.toString(16).padStart(2, "0");
        }).join("");
    }

    function send(url, body, type) {
        var headers = { "X-CSRF-Token": token(), "Accept-Language": document.documentElement.lang };
        if (type) { headers["Content-Type"] = type; }
        return window.fetch(url, {
            method: "POST", body: body, headers: headers, credentials: "same-origin"
        });
    }

    /* Drafts */
    function kept(form) {
        try {
            return JSON.parse(window.sessionStorage.getItem(DRAFT + form.told.draft)) || {};
        } catch (refused) { return {}; }
    }

    function keep(form) {
        var draft = { key: form.key, typed: form.typed, values: {} };
        inputs(form).forEach(function (input) {
            if (input.type !== "file" && input.type !== "hidden") {
                draft.values[input.name] = input.value;
            }
        });
        try {
            window.sessionStorage.setItem(DRAFT + form.told.draft, JSON.stringify(draft));
        } catch (refused) { /* full, or private */ }
    }

    function drop(form) {
        try {
            window.sessionStorage.removeItem(DRAFT + form.told.draft);
        } catch (refused) { /* private */ }
    }

    function inputs(form) { return Array.from(form.querySelectorAll("[name]")); }

    function holds(input, value) {
        return input.tagName !== "SELECT" || Array.from(input.options).some(function (option) {
            return option.value === value;
        });
    }

    function open(form) {
        form.told = JSON.parse(form.getAttribute("data-form"));
        var draft = kept(form);
        form.key = draft.key || newKey();
        form.typed = Boolean(draft.typed);
        if (form.typed) {
            inputs(form).forEach(function (input) {
                var value = (draft.values || {})[input.name];
                if (value !== undefined && holds(input, value)) { input.value = value; }
            });
            say(form, form.told.words.restored, "hint");
        }
        keep(form);
    }

    /* What came of it */
    function say(form, said, look) {
        var place = form.querySelector(".form-said");
        place.className = "form-said" + (look ? " " + look : "");
        place.textContent = said;
        place.hidden = !said;
    }

    function complain(form, name, said) {
        var field = form.querySelector('[data-field="' + window.CSS.escape(name) + '"]');
        if (!field) { return false; }
        var place = field.querySelector(".complaint");
        place.textContent = place.hidden ? said : place.textContent + " " + said;
        place.hidden = false;
        field.querySelector("[name]").setAttribute("aria-invalid", "true");
        return true;
    }

    function forgive(form) {
        say(form, "");
        form.querySelectorAll(".complaint").forEach(function (place) {
            place.hidden = true;
            place.textContent = "";
        });
        form.querySelectorAll("[aria-invalid]").forEach(function (input) {
            input.removeAttribute("aria-invalid");
        });
    }

    function toFirst(form) {
        var first = form.querySelector("[aria-invalid]");
        if (first) { first.focus(); }
    }

    function busy(form, is) {
        form.sending = is;
        form.setAttribute("aria-busy", String(is));
        form.querySelectorAll("button").forEach(function (button) { button.disabled = is; });
    }

    /* The values as the mutation's input: "a.b" is b inside a, "a.0" the first of a's; what is
       empty is left out. */
    function gathered(form) {
        var input = {}, files = [], fit = true;
        inputs(form).forEach(function (one) {
            var kind = one.getAttribute("data-kind");
            var value = one.type === "file" ? one.files[0] || "" : one.value.trim();
            if (value && (kind === "yuan" || kind === "number")) {
                value = value.replace(/[,，\s]/g, "");
                if (!/^-?[0-9]{1,15}(\.[0-9]{1,6})?$/.test(value) ||
                    (kind === "yuan" && !/^[0-9]+(\.[0-9]{1,2})?$/.test(value))) {
                    fit = complain(form, one.name, form.told.words.unfit) && false;
                }
            }
            if (!value && one.required) {
                fit = complain(form, one.name, form.told.words.missing) && false;
            }
            if (one.type === "file" && value && value.size > LARGEST) {
                fit = complain(form, one.name, form.told.words.large) && false;
            }
            if (!value) { return; }
            if (kind === "version") { value = Number(value); }
            if (kind === "flag") { value = value === "true"; }
            var steps = one.name.split("."), inside = input;
            steps.slice(0, -1).forEach(function (step, at) {
                inside = inside[step] = inside[step] || (/^[0-9]+$/.test(steps[at + 1]) ? [] : {});
            });
            if (one.type === "file") {
                files.push([value, "variables.input." + one.name]);
                value = null;
            }
            inside[steps[steps.length - 1]] = value;
        });
        if (form.told.keyed) { input.idempotencyKey = form.key; }
        return fit ? { input: input, files: files } : null;
    }

    function body(query, found) {
        var operation = JSON.stringify({ query: query, variables: { input: found.input } });
        if (!found.files.length) { return [operation, "application/json"]; }
        var form = new FormData(), map = {};
        found.files.forEach(function (file, at) { map[at] = [file[1]]; });
        form.append("operations", operation);
        form.append("map", JSON.stringify(map));
        found.files.forEach(function (file, at) { form.append(String(at), file[0]); });
        return [form, null];
    }

    function submit(form, button) {
        if (form.sending) { return; }
        forgive(form);
        var found = gathered(form);
        if (!found) {
            say(form, form.told.words.mistakes, "refused");
            toFirst(form);
            return;
        }
        keep(form);
        busy(form, true);
        say(form, form.told.words.sending);
        var sent = body(button.getAttribute("data-query"), found);
        send("/graphql", sent[0], sent[1]).then(function (answer) {
            return answer.json();
        }).then(function (answer) {
            busy(form, false);
            judge(form, answer);
        }, function () {
            busy(form, false);
            say(form, form.told.words.failed, "refused");
        });
    }

    function judge(form, answer) {
        var done = answer.data && answer.data.done;
        if (!done) {
            (answer.errors || []).forEach(function (error) {
                var at = /at 'input\.([\w.]+)'/.exec(error.message);
                var lacks = /Field '(\w+)' of required/.exec(error.message);
                if (lacks) {
                    complain(form, (at ? at[1] + "." : "") + lacks[1], form.told.words.missing);
                } else if (at) { complain(form, at[1], form.told.words.unfit); }
            });
            var first = (answer.errors || [{}])[0].message || form.told.words.failed;
            say(form, form.querySelector("[aria-invalid]") ? form.told.words.mistakes : first,
                "refused");
            toFirst(form);
        } else if (done.problems) {
            var elsewhere = done.problems.filter(function (one) {
                return !complain(form, one.path.join("."), one.message);
            }).map(function (one) { return one.message; });
            say(form, [form.told.words.mistakes].concat(elsewhere).join(" "), "refused");
            toFirst(form);
        } else if (done.message) {
            say(form, done.message, "refused");
        } else {
            accepted(form, done);
        }
    }

    function at(answer, place) {
        return place.split(".").reduce(function (inside, step) {
            return inside ? inside[step] : null;
        }, answer);
    }

    function accepted(form, answer) {
        drop(form);
        var lines = form.told.said.map(function (one) {
            var value = at(answer, one[1]);
            if (value === null || value === undefined || value === "") { return null; }
            var said = form.told.names[value] || String(value);
            return make("div", {}, [make("dt", {}, [one[0]]), make("dd", {}, [said])]);
        }).filter(Boolean);
        var links = form.told.links.map(function (one) {
            return make("a", { href: one[1], "class": "button" }, [one[0]]);
        });
        links.unshift(make("a", {
            href: window.location.href, "class": "button", "data-reload": ""
        }, [form.told.words.again]));
        var told = make("section", { "class": "accepted", role: "status", tabindex: "-1" }, [
            make("h2", {}, ["✓ " + form.told.words.accepted]),
            make("dl", { "class": "facts" }, lines), make("p", { "class": "links" }, links)
        ]);
        form.replaceWith(told);
        told.focus();
    }

    /* A sheet: looked at first, then brought in if it is the same file. */
    function preview(form) {
        var words = form.told.words, file = form.querySelector("[type=file]").files[0];
        forgive(form);
        form.querySelector(".preview").replaceChildren();
        var wrong = !file ? words.no_file : file.size > form.told.largest ? words.large : "";
        if (wrong) {
            complain(form, "file", wrong);
            toFirst(form);
            return;
        }
        bring(form, file, "dry_run=1", function (found) { shown(form, file, found); });
    }

    function bring(form, file, how, then) {
        if (form.sending) { return; }
        var kind = form.querySelector("select").value, sent = new FormData();
        sent.append("file", file);
        busy(form, true);
        say(form, form.told.words.sending);
        send("/imports/" + kind + "?" + how, sent, null).then(function (answer) {
            return answer.json();
        }).then(function (found) {
            busy(form, false);
            say(form, "");
            if (found.complaints) { mistaken(form, found); }
            else if (found.errors) { say(form, found.errors[0].message, "refused"); }
            else { then(found); }
        }, function () {
            busy(form, false);
            say(form, form.told.words.failed, "refused");
        });
    }

    function sheetTable(heads, rows) {
        return make("div", { "class": "scroll", tabindex: "0" }, [make("table", {
            "class": "listing"
        }, [make("thead", {}, [make("tr", {}, heads.map(function (head) {
            return make("th", { scope: "col" }, [head]);
        }))]), make("tbody", {}, rows.map(function (row) {
            return make("tr", {}, row.map(function (cell, number) {
                return make("td", { "data-label": heads[number] }, [cell]);
            }));
        }))])]);
    }

    function counts(form, found) {
        return make("dl", { "class": "facts counts" }, ["added", "changed", "unchanged"].map(
            function (name) {
                return make("div", {}, [make("dt", {}, [form.told.words[name]]),
                    make("dd", {}, [String(found[name])])]);
            }));
    }

    function mistaken(form, found) {
        var words = form.told.words, place = form.querySelector(".preview");
        say(form, words.mistakes + " (" + found.count + ")", "refused");
        var rows = found.complaints.map(function (one) {
            var cell = /^(.*)!([A-Z]*)([0-9]+)$/.exec(one.place) || [null, one.place, "", ""];
            return [cell[1], cell[3], (cell[2] + " " + one.field).trim(), one.value, one.expected];
        });
        place.replaceChildren(sheetTable([words.sheet, words.row, words.column, words.value,
            words.expected], rows));
        if (found.count > rows.length) { place.append(make("p", {}, [words.more])); }
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
            place.append(make("p", {}, [words.nothing]));
        } else {
            place.append(sheetTable([words.row, words.record, words.what, words.old, words.new],
                rows));
            if (found.added + found.changed > found.changes.length) {
                place.append(make("p", {}, [words.more]));
            }
            var confirm = make("button", { type: "button", "class": "main" }, [words.confirm]);
            confirm.addEventListener("click", function () {
                bring(form, file, "digest=" + found.digest, function (done) {
                    broughtIn(form, done);
                });
            });
            place.append(make("div", { "class": "form-buttons" }, [confirm]));
        }
        place.focus();
    }

    function broughtIn(form, done) {
        var links = form.told.links.map(function (one) {
            return make("a", { href: one[1], "class": "button" }, [one[0]]);
        });
        var told = make("section", { "class": "accepted", role: "status", tabindex: "-1" }, [
            make("h2", {}, ["✓ " + form.told.words.done]), counts(form, done),
            make("p", { "class": "links" }, links)
        ]);
        form.replaceWith(told);
        told.focus();
    }

    document.addEventListener("submit", function (event) {
        var form = event.target;
        if (form.matches("[data-form]")) {
            event.preventDefault();
            submit(form, event.submitter || form.querySelector("[data-query]"));
        } else if (form.matches("[data-import]")) {
            event.preventDefault();
            preview(form);
        }
    });

    document.addEventListener("input", function (event) {
        var form = event.target.closest("form[data-form]");
        if (!form || !form.told) { return; }
        form.typed = true;
        keep(form);
    });

    /* Another file or kind than was looked at: what was shown is not of it. */
    document.addEventListener("change", function (event) {
        var form = event.target.closest("form[data-import]");
        if (form) {
            forgive(form);
            form.querySelector(".preview").replaceChildren();
        }
    });

    document.addEventListener("click", function (event) {
        var form = event.target.closest("[data-clear]") && event.target.closest("form[data-form]");
        if (!form) { return; }
        drop(form);
        forgive(form);
        form.reset();
        form.key = newKey();
        form.typed = false;
        keep(form);
    });

    new MutationObserver(function () {
        document.querySelectorAll("form[data-form], form[data-import]").forEach(function (form) {
            if (form.told) { return; }
            if (form.hasAttribute("data-form")) { open(form); }
            else { form.told = JSON.parse(form.getAttribute("data-import")); }
        });
    }).observe(document.documentElement, { childList: true, subtree: true });
})();
