/* leadrelay-form.js, version 1: what was filled in arrives once, whatever the network does.
   Forms with data-leadrelay are sent by this, and work without it. See docs/website.md. */
(() => {
  "use strict";
  const WORDS = {
    en: {
      sent: "Thank you. It has arrived.",
      kept: "There is no connection just now. This is kept here, and sent as soon as there is one.",
      again: "That did not work. Please send it again.",
      sending: "Sending …",
    },
    de: {
      sent: "Vielen Dank. Es ist angekommen.",
      kept: "Gerade gibt es keine Verbindung. Es bleibt hier gespeichert und wird gesendet, sobald es eine gibt.",
      again: "Das hat nicht geklappt. Bitte senden Sie es noch einmal.",
      sending: "Wird gesendet …",
    },
    es: {
      sent: "Gracias. Ha llegado.",
      kept: "Ahora no hay conexión. Queda guardado aquí y se enviará en cuanto la haya.",
      again: "No ha funcionado. Envíelo de nuevo, por favor.",
      sending: "Enviando…",
    },
    fr: {
      sent: "Merci. C’est bien arrivé.",
      kept: "Pas de connexion pour l’instant. Tout est gardé ici et sera envoyé dès qu’il y en aura une.",
      again: "Cela n’a pas marché. Merci de l’envoyer à nouveau.",
      sending: "Envoi en cours…",
    },
  };
  const SECOND = 1000, DAY = 86400 * SECOND;
  const WHOLE = 4e6; // bytes of files that go in one request with the form
  const busy = new Set(); // forms, and keys of entries, that are being sent

  // ---- the outbox: what was filled in, until it is known to have arrived ----

  const asked = (request) =>
    new Promise((done, fail) => {
      request.onsuccess = () => done(request.result);
      request.onerror = () => fail(request.error);
    });

  async function outbox(verb, value) {
    const opening = indexedDB.open("leadrelay", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("outbox", { keyPath: "key" });
    const box = await asked(opening);
    try {
      const change = box.transaction("outbox", "readwrite");
      const done = new Promise((kept, fail) => {
        change.oncomplete = kept;
        change.onabort = () => fail(change.error);
      });
      const found = await asked(change.objectStore("outbox")[verb](value));
      await done;
      return found;
    } finally {
      box.close();
    }
  }

  // The outbox takes its time, and may lose who closes the tab at once: a note doesn't. It has no files.
  const NOTE = "leadrelay:";

  function note(entry) {
    try {
      localStorage[NOTE + entry.key] = JSON.stringify({ ...entry, files: [] });
    } catch {} // no storage
  }

  async function readNotes() {
    for (const name of Object.keys(localStorage)) {
      if (!name.startsWith(NOTE) || busy.has(name.slice(NOTE.length))) continue;
      await outbox("add", JSON.parse(localStorage[name])).catch((error) => {
        if (error.name !== "ConstraintError") throw error; // that it is there already
      });
      localStorage.removeItem(name);
    }
  }

  function forgetNote(key) {
    try {
      localStorage.removeItem(NOTE + key);
    } catch {}
  }

  // ---- sending: what becomes of one entry ----

  // {sent: answer}, {refused: problem} or {later: milliseconds, cut: whether nothing answered}
  async function deliver(entry, tell) {
    try {
      const total = entry.files.reduce((sum, [, file]) => sum + file.size, 0);
      if (total > WHOLE) return await announce(entry, total, tell);
      if (!total) return await read(await post(entry.url, new URLSearchParams(entry.fields)));
      const form = new FormData();
      for (const [name, value] of [...entry.fields, ...entry.files]) form.append(name, value);
      return await read(await upload(entry.url, form, tell));
    } catch {
      return { later: 0, cut: true };
    }
  }

  async function read(answer) {
    const { status } = answer;
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) return { sent: said };
    if (status < 500 && status !== 408 && status !== 429) return { refused: { status, ...said } };
    return { later: answer.headers.get("Retry-After") * SECOND };
  }

  // What is too much for one request: who it is from goes first, then each file to its own place.
  // What broke off goes on with the first file that has not arrived.
  async function announce(entry, total, tell) {
    const url = new URL(entry.url);
    url.pathname += "/uploads";
    for (const [name, { size }] of entry.files) url.searchParams.append("file", `${name}:${size}`);
    const outcome = await read(await post(url, new URLSearchParams(entry.fields)));
    if (!outcome.sent) return outcome;
    const places = [outcome.sent, ...outcome.sent.others];
    let gone = 0;
    for (const [number, [, file]] of entry.files.entries()) {
      if (number >= entry.arrived) {
        const form = new FormData();
        const named = { ...places[number].fields, "x-amz-meta-filename": encodeURIComponent(file.name) };
        for (const name in named) form.append(name, named[name]);
        form.append("file", file);
        const share = (part) => tell?.((gone + part * file.size) / total);
        // Whether the API can be reached says nothing of the storage: not `cut`.
        const went = await upload(places[number].url, form, share).catch(() => ({}));
        if (!went.ok) return { later: 0 };
        entry.arrived = number + 1;
        await outbox("put", entry).catch(() => {});
      }
      gone += file.size;
    }
    return outcome;
  }

  // Without a header of its own it needs no preflight: the key is a field, like the rest.
  const post = (url, body) =>
    fetch(url, {
      method: "POST",
      body,
      keepalive: `${body}`.length < 6e4,
      signal: AbortSignal.timeout(30 * SECOND),
    });

  // fetch tells nothing of how far it has come, XMLHttpRequest does
  const upload = (url, body, tell) =>
    new Promise((done, fail) => {
      const request = new XMLHttpRequest();
      request.upload.onprogress = ({ loaded, total }) => tell?.(loaded / total);
      request.onload = () =>
        done(
          new Response(request.responseText || null, {
            status: request.status,
            headers: { "Retry-After": request.getResponseHeader("Retry-After") ?? "" },
          }),
        );
      request.onerror = request.ontimeout = fail;
      request.open("POST", url);
      request.send(body);
    });

  // ---- what is left from before: sent when there is a connection, at the next visit ----

  let timer;
  // When somebody comes by, or the network comes back, it is tried at once, unless the server said
  // when to come again.
  async function flush(back) {
    clearTimeout(timer);
    let next = Infinity;
    await readNotes().catch(() => {});
    for (const entry of await outbox("getAll").catch(() => [])) {
      if (busy.has(entry.key)) continue;
      if ((back ? entry.until : entry.next) <= Date.now()) await alone(entry, () => tryAgain(entry));
      next = Math.min(next, entry.next);
    }
    const wait = Math.min(Math.max(next - Date.now(), SECOND), DAY);
    if (next < Infinity) timer = setTimeout(flush, wait);
  }

  // In one tab at a time, where the browser can tell.
  const alone = (entry, work) =>
    navigator.locks
      ? navigator.locks.request("leadrelay " + entry.key, { ifAvailable: true }, (lock) => lock && work())
      : work();

  async function tryAgain(entry) {
    const { sent, later } = await deliver(entry);
    if (sent || Date.now() - entry.at > 30 * DAY) {
      entry.next = Infinity;
      await outbox("delete", entry.key);
      if (sent) say(document, "sent", entry, sent);
    } else {
      postpone(entry, later);
      await outbox("put", entry);
    }
  }

  function postpone(entry, wait) {
    entry.tries++;
    entry.until = Date.now() + (wait || 0);
    entry.next = Math.max(entry.until, Date.now() + SECOND * Math.min(3600, 2 ** entry.tries));
  }

  // ---- where a visitor came from, the first time and the last ----

  const CAME_BY = /^(utm_\w+|gclid|gbraid|wbraid|msclkid|fbclid|ttclid|li_fat_id)$/;
  const asks = document.currentScript?.hasAttribute("data-consent");
  let touches = {};

  function touch() {
    const { referrer } = document;
    const seen = Object.fromEntries(
      [...new URLSearchParams(location.search)].filter(([name]) => CAME_BY.test(name)),
    );
    if (referrer && new URL(referrer).host !== location.host) seen.referrer = referrer;
    try {
      touches = JSON.parse(localStorage.leadrelay ?? "{}");
      if (!touches.first || Object.keys(seen).length) {
        seen.landing_page = location.href;
        touches = { first: touches.first ?? seen, last: seen };
        localStorage.leadrelay = JSON.stringify(touches);
      }
    } catch {} // no storage
  }

  // ---- the form ----

  const words = (form) =>
    WORDS[(form.closest("[lang]")?.lang ?? navigator.language).slice(0, 2).toLowerCase()] ?? WORDS.en;

  const say = (target, what, entry, detail) =>
    target.dispatchEvent(
      new CustomEvent("leadrelay:" + what, { bubbles: true, detail: { url: entry.url, ...detail } }),
    );

  // What the visitor's own fields or the page's hold is left as it is.
  function hide(form, name, value) {
    const pressed = (one) => /submit|image/.test(one.type);
    let input = [...form.elements].find((one) => one.name === name && !pressed(one));
    if (!input) {
      input = form.appendChild(document.createElement("input"));
      input.type = "hidden";
      input.name = name;
      input.dataset.leadrelay = "";
    }
    if (!input.value || "leadrelay" in input.dataset) input.value = value;
  }

  const address = (form) => new URL(form.getAttribute("action"), document.baseURI).href;

  async function token(form) {
    const input = form.elements.lr_rendered;
    if (!input || input.value) return;
    const answer = await fetch(address(form), { signal: AbortSignal.timeout(5 * SECOND) });
    input.value = (await answer.json()).token ?? "";
  }

  // What was filled in, as it is kept and sent.
  function filled(form, submitter, key) {
    const { first, last } = touches;
    for (const name in last) hide(form, name, last[name]);
    if (first && first.landing_page !== last.landing_page)
      for (const name in first) hide(form, "first_" + name, first[name]);
    if (submitter?.name) hide(form, submitter.name, submitter.value);
    hide(form, "lr_key", key);
    const pairs = [...new FormData(form)];
    return {
      key,
      url: address(form),
      fields: pairs.filter(([, value]) => typeof value === "string"),
      files: pairs.filter(([, value]) => value.name),
      arrived: 0,
      at: Date.now(),
      tries: 0,
      until: 0,
      next: 0,
    };
  }

  // The same that is kept already has its key.
  async function keyOf(entry) {
    const content = ({ url, fields, files }) =>
      JSON.stringify([url, fields.filter(([name]) => name !== "lr_key"), files.map(([, { size }]) => size)]);
    const kept = await outbox("getAll").catch(() => []);
    return (kept.find((known) => content(known) === content(entry)) ?? entry).key;
  }

  // Where the form says how it goes: a place for it in the page, or one at its end.
  function status(form, text, share) {
    let place = form.querySelector("[data-leadrelay-status]");
    if (!place) {
      place = form.appendChild(document.createElement("div"));
      place.dataset.leadrelayStatus = "";
    }
    place.setAttribute("role", "status");
    place.tabIndex = -1;
    let bar = place.querySelector("progress");
    if (share === undefined) place.textContent = text;
    else {
      if (!bar) {
        place.textContent = text + " ";
        bar = place.appendChild(document.createElement("progress"));
        bar.setAttribute("aria-label", text);
      }
      bar.value = share;
    }
    return place;
  }

  function clear(form) {
    for (const error of form.querySelectorAll(".leadrelay-error")) {
      const input = form.querySelector(`[aria-describedby~="${error.id}"]`);
      input.removeAttribute("aria-invalid");
      if (input.dataset.described) input.setAttribute("aria-describedby", input.dataset.described);
      else input.removeAttribute("aria-describedby");
      error.remove();
    }
  }

  function refuse(form, { field, message, detail }) {
    const text = message ?? detail ?? words(form).again;
    let input = field && form.elements[field];
    if (input?.length && !input.type) input = input[0]; // several of one name
    if (!input) return status(form, text).focus();
    const error = document.createElement("p");
    error.className = "leadrelay-error";
    error.id = `leadrelay-${field}`;
    error.textContent = text;
    input.after(error);
    input.dataset.described = input.getAttribute("aria-describedby") ?? "";
    input.setAttribute("aria-invalid", true);
    input.setAttribute("aria-describedby", `${input.dataset.described} ${error.id}`.trim());
    status(form, "");
    input.focus();
  }

  // True where another page is on its way.
  async function send(form, submitter) {
    clear(form);
    const said = words(form);
    status(form, said.sending);
    const random = crypto.getRandomValues(new Uint8Array(16));
    let entry = filled(form, submitter, Array.from(random, (byte) => byte.toString(16).padStart(2, 0)).join(""));
    note(entry); // before anything is waited for: the tab may be closed at once
    const noted = entry.key;
    busy.add(noted);
    try {
      await token(form).catch(() => {});
      entry = filled(form, submitter, await keyOf(entry));
      busy.add(entry.key);
      const kept = await outbox("put", entry).then(() => true, () => false);
      const done = () => {
        forgetNote(noted);
        return outbox("delete", entry.key).catch(() => {});
      };
      if (kept) forgetNote(noted);
      const tell = (share) => status(form, said.sending, share);
      let outcome = await deliver(entry, tell);
      if (outcome.later !== undefined && outcome.later <= 10 * SECOND && (!outcome.cut || (await reachable(entry.url)))) {
        await new Promise((done) => setTimeout(done, outcome.later || SECOND));
        outcome = await deliver(entry, tell);
        // The server is there, but this page may not read what it says: the browser shall ask.
        if (outcome.cut && (await reachable(entry.url))) {
          HTMLFormElement.prototype.submit.call(form);
          return true;
        }
      }
      if (outcome.sent) {
        await done();
        say(form, "sent", entry, outcome.sent);
        if (form.dataset.thanks) {
          location.assign(form.dataset.thanks);
          return true;
        }
        form.reset();
        return status(form, said.sent).focus();
      }
      if (outcome.refused && [400, 413, 415, 422].includes(outcome.refused.status)) {
        await done();
        say(form, "refused", entry, outcome.refused);
        return refuse(form, outcome.refused);
      }
      if (!kept) return status(form, said.again).focus();
      postpone(entry, outcome.later);
      await outbox("put", entry);
      say(form, "kept", entry);
      form.reset();
      status(form, said.kept).focus();
    } finally {
      busy.delete(noted);
      busy.delete(entry.key);
      flush();
    }
  }

  // Whether the server can be reached at all, if the page may read what it says or not.
  const reachable = (url) => fetch(url, { method: "HEAD", mode: "no-cors", signal: AbortSignal.timeout(10 * SECOND) }).then(() => true, () => false);

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("form[data-leadrelay]") || event.defaultPrevented) return;
    event.preventDefault();
    if (busy.has(form)) return;
    busy.add(form);
    const pressed = send(form, event.submitter);
    disable(form, true);
    if (!(await pressed.catch(() => {}))) free(form);
  });

  const disable = (form, value) => {
    for (const one of form.elements) if (/submit|image/.test(one.type)) one.disabled = value;
  };

  const free = (form) => {
    disable(form, false);
    busy.delete(form);
  };

  const begin = ({ persisted }) => {
    for (const form of document.querySelectorAll("form[data-leadrelay]")) {
      if (persisted) free(form); // somebody went back to it
      token(form).catch(() => {});
    }
    flush(true);
  };
  document.addEventListener("focusin", ({ target }) => {
    if (target.form?.matches("[data-leadrelay]")) token(target.form).catch(() => {});
  });
  addEventListener("online", () => flush(true));
  addEventListener("pageshow", begin);
  if (!asks) touch();
  window.leadrelay = { consent: touch };
})();
