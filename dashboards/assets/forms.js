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
        var field = form.querySelector('[data-field~="' + window.CSS.escape(name) + '"]') ||
            form.querySelector('[data-field~="' + window.CSS.escape(name.replace(/\.\d+$/, "")) +
                '"]');  /* files.2 is beside files */
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

    function put(input, place, value) {
        var steps = place.split("."), inside = input;
        steps.slice(0, -1).forEach(function (step, at) {
            inside = inside[step] = inside[step] || (/^[0-9]+$/.test(steps[at + 1]) ? [] : {});
        });
        inside[steps[steps.length - 1]] = value;
    }

    /* Whether the files of a field may be sent, as far as the browser can tell: all that is wrong
       with them stands beside it, each file by its name where there may be several. */
    function bearable(form, input) {
        var files = Array.from(input.files), told = form.told.words, wrong = [];
        files.forEach(function (file) {
            if (file.size > LARGEST) {
                wrong.push(input.multiple ? file.name + ": " + told.large : told.large);
            }
        });
        if (input.multiple && files.length > Number(input.getAttribute("data-most"))) {
            wrong.push(told.many);
        }
        if (input.multiple && files.reduce(function (sum, file) { return sum + file.size; }, 0) >
                Number(input.getAttribute("data-together"))) {
            wrong.push(told.together);
        }
        wrong.forEach(function (said) { complain(form, input.name, said); });
        return !wrong.length;
    }

    /* The values as the mutation's input: "a.b" is b inside a, "a.0" the first of a's, "a b" the
       two words of one choice; what is empty is left out. */
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
            if (value && kind === "whole" && !/^[0-9]{1,6}$/.test(value)) {
                fit = complain(form, one.name, form.told.words.whole) && false;
            }
            if (!value && one.required) {
                fit = complain(form, one.name, form.told.words.missing) && false;
            }
            if (one.type === "file" && value && !bearable(form, one)) { fit = false; }
            if (!value) { return; }
            if (kind === "version" || kind === "whole") { value = Number(value); }
            if (kind === "flag") { value = value === "true"; }
            if (one.multiple) {
                value = Array.from(one.files, function (file, at) {
                    files.push([file, "variables.input." + one.name + "." + at]);
                    return null;
                });
            } else if (one.type === "file") {
                files.push([value, "variables.input." + one.name]);
                value = null;
            }
            var places = one.name.split(" ");
            places.forEach(function (place, at) {
                put(input, place, places.length > 1 ? value.split(" ")[at] : value);
            });
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

    function shown(input, first) {
        if (input.type === "file") {
            return first ? "" : Array.from(input.files, function (file) {
                return file.name;
            }).join(", ");
        }
        if (input.tagName !== "SELECT") {
            return first ? input.defaultValue : input.value.trim();
        }
        var options = Array.from(input.options);
        var chosen = options.filter(function (option) {
            return first ? option.defaultSelected : option.selected;
        })[0] || options[0];
        return chosen ? chosen.textContent : "";
    }

    /* What would be sent, beside what stood there: nothing goes before it was looked at. */
    function look(form) {
        var lines = inputs(form).filter(function (input) {
            return input.type !== "hidden" && shown(input, true) !== shown(input, false);
        }).map(function (input) {
            var before = shown(input, true), after = shown(input, false) || "—";
            return make("div", {}, [
                make("dt", {}, [input.labels[0].firstChild.textContent]),
                make("dd", {}, [before ? before + " → " + after : after])
            ]);
        });
        say(form, form.told.words.look);
        form.querySelector(".form-said").append(make("dl", { "class": "facts" }, lines),
            make("button", { type: "button", "class": "main", "data-confirm": "" },
                [form.told.words.confirm]));
    }

    function submit(form, button, confirmed) {
        if (form.sending) { return; }
        forgive(form);
        var found = gathered(form);
        if (!found) {
            say(form, form.told.words.mistakes, "refused");
            toFirst(form);
            return;
        }
        keep(form);
        if (form.told.confirms && !confirmed) {
            look(form);
            return;
        }
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

    /* What is no value of its type at all, by the place that GraphQL names: .milestones[0].name */
    function refuse(form, message) {
        var at = / at ((?:\.\w+|\[\d+\])+): /.exec(message);
        var lacks = /include required field '(\w+)'/.exec(message);
        var path = ((at ? at[1] : "") + (lacks ? "." + lacks[1] : "")).slice(1);
        if (path) {
            complain(form, path.replace(/\[(\d+)\]/g, ".$1"),
                lacks ? form.told.words.missing : form.told.words.unfit);
        }
    }

    function judge(form, answer) {
        var done = answer.data && answer.data.done;
        if (!done) {
            (answer.errors || []).forEach(function (error) {
                refuse(form, error.message);
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
            var beside = form.told.beside[done.code];
            say(form, beside && complain(form, beside, done.message)
                ? form.told.words.mistakes : done.message, "refused");
            toFirst(form);
        } else {
            accepted(form, done);
        }
    }

    function at(answer, place) {
        return place.split(".").reduce(function (inside, step) {
            return inside ? inside[step] : null;
        }, answer);
    }

    /* A number in its unit, its thousands apart: 1000.00 as 1,000.00 元. */
    function measured(value, unit) {
        var parts = String(value).split(".");
        parts[0] = parts[0].replace(/\B(?=(\d{3})+$)/g, ",");
        return parts.join(".") + " " + unit;
    }

    function accepted(form, answer) {
        drop(form);
        var lines = form.told.said.map(function (one) {
            var value = at(answer, one[1]);
            if (value === null || value === undefined || value === "") { return null; }
            var said = one[2] ? measured(value, one[2]) : form.told.names[value] || String(value);
            return make("div", {}, [make("dt", {}, [one[0]]), make("dd", {}, [said])]);
        }).filter(Boolean);
        var links = form.told.links.map(function (one) {
            var there = one[1].replace(/\{([\w.]+)\}/, function (_, place) {
                return encodeURIComponent(at(answer, place));
            });
            return make("a", { href: there, "class": "button" }, [one[0]]);
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

    window.aidForm = {
        make: make, send: send, say: say, complain: complain, forgive: forgive, toFirst: toFirst,
        busy: busy
    };

    document.addEventListener("submit", function (event) {
        var form = event.target;
        if (form.matches("[data-form]")) {
            event.preventDefault();
            submit(form, event.submitter || form.querySelector("[data-query]"));
        }
    });

    document.addEventListener("input", function (event) {
        var form = event.target.closest("form[data-form]");
        if (!form || !form.told) { return; }
        form.typed = true;
        keep(form);
        if (form.querySelector("[data-confirm]")) { say(form, ""); }
    });

    document.addEventListener("click", function (event) {
        var form = event.target.closest("[data-confirm]") && event.target.closest("form");
        if (form) { submit(form, form.querySelector("[data-query]"), true); }
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
        document.querySelectorAll("form[data-form]").forEach(function (form) {
            if (!form.told) { open(form); }
        });
    }).observe(document.documentElement, { childList: true, subtree: true });
})();
