import { byId, el } from './dom.js';

/** @typedef {import('../src/console/switches').SwitchesState} SwitchesState */

/** Fault injection: shows the state of every switch and sends changes. */
export class Switchboard {
  #panel = byId('switches', HTMLElement);
  #button = byId('switches-button', HTMLButtonElement);
  #message = byId('message', HTMLElement);
  #banners = byId('banners', HTMLElement);
  #count = byId('active-count', HTMLElement);
  /** @type {SwitchesState | undefined} */
  #state;

  constructor() {
    this.#button.addEventListener('click', () => this.#open(Boolean(this.#panel.hidden)));
    byId('close-switches', HTMLButtonElement).addEventListener('click', () => this.#open(false));
    this.#panel.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.#open(false);
    });
    this.#panel.addEventListener('click', ({ target }) => this.#onClick(target));
    this.#panel.addEventListener('change', ({ target }) => this.#onChange(target));
    this.#panel.addEventListener('submit', (event) => {
      event.preventDefault();
      if (event.target instanceof HTMLFormElement) this.#onSubmit(event.target);
    });
    setInterval(() => this.#showClock(), 1_000);
  }

  /** @param {SwitchesState} state */
  show(state) {
    this.#state = state;
    for (const radio of this.#fields('mode')) radio.checked = radio.value === state.api.mode;
    for (const box of this.#fields('throttle')) box.checked = state.throttle.forced;
    for (const field of this.#fields('delayMs')) {
      if (field !== document.activeElement) field.value = String(state.api.delayMs);
    }
    const { entries, bytes } = state.cache;
    byId('cache-size', HTMLElement).textContent =
      `${entries} ${entries === 1 ? 'response' : 'responses'}, ${Math.round(bytes / 1_024)} kB`;
    this.#offsetMs = Date.parse(state.clock.now) - Date.now();
    this.#showClock();
    this.#showActive(state);
  }

  #offsetMs = 0;

  #showClock() {
    if (!this.#state) return;
    const moved = this.#state.active.find(({ id }) => id === 'clock');
    byId('clock-offset', HTMLElement).textContent = moved ? moved.label : 'System time';
    byId('clock-now', HTMLElement).textContent = new Date(Date.now() + this.#offsetMs).toLocaleString();
  }

  /** @param {SwitchesState} state */
  #showActive({ active }) {
    this.#count.hidden = active.length === 0;
    this.#count.textContent = String(active.length);
    this.#banners.replaceChildren(
      ...active.map(({ label, text, undo }) => {
        const back = el('button', { type: 'button', 'aria-label': `Switch off: ${label}` }, 'Switch off');
        back.addEventListener('click', () => void this.#send('PATCH', '/switches', undo));
        return el('div', { class: 'banner' }, el('p', {}, el('strong', {}, label), ' ', text), back);
      }),
    );
  }

  /** @param {string} name @returns {HTMLInputElement[]} */
  #fields(name) {
    return [...this.#panel.querySelectorAll('input')].filter((field) => field.name === name);
  }

  /** @param {boolean} open */
  #open(open) {
    this.#panel.hidden = !open;
    this.#button.setAttribute('aria-expanded', String(open));
    if (open) {
      byId('switches-title', HTMLElement).focus({ preventScroll: true });
      void this.#send('GET', '/switches');
    } else this.#button.focus();
  }

  /** @param {EventTarget | null} target */
  #onClick(target) {
    if (!(target instanceof HTMLButtonElement)) return;
    const { action, advance, clockReset } = target.dataset;
    if (action !== undefined) void this.#send('POST', `/switches/${action}`, {});
    if (advance !== undefined) void this.#send('POST', '/switches/advance-clock', { ms: Number(advance) });
    if (clockReset !== undefined) void this.#send('PATCH', '/switches', { clock: { offsetMs: 0 } });
  }

  /** @param {EventTarget | null} target */
  #onChange(target) {
    if (!(target instanceof HTMLInputElement)) return;
    if (target.name === 'mode') void this.#send('PATCH', '/switches', { api: { mode: target.value } });
    if (target.name === 'throttle') {
      void this.#send('PATCH', '/switches', { throttle: { forced: target.checked } });
    }
  }

  /** @param {HTMLFormElement} form */
  #onSubmit(form) {
    const fields = new FormData(form);
    if (form.id === 'delay') {
      void this.#send('PATCH', '/switches', { api: { delayMs: Number(fields.get('delayMs')) } });
    }
    if (form.id === 'advance') {
      void this.#send('POST', '/switches/advance-clock', { ms: Number(fields.get('minutes')) * 60_000 });
    }
    if (form.id === 'purge') {
      const path = String(fields.get('path') ?? '').trim();
      void this.#send('POST', '/switches/purge-cache', path === '' ? {} : { path });
    }
  }

  /** @param {'GET' | 'PATCH' | 'POST'} method @param {string} path @param {object} [content] */
  async #send(method, path, content) {
    try {
      const response = await fetch(path, {
        method,
        headers: { 'Content-Type': 'application/json' },
        ...(content === undefined ? {} : { body: JSON.stringify(content) }),
      });
      const body = await response.json();
      this.#message.classList.toggle('bad', !response.ok);
      if (response.ok) this.show(body);
      this.#message.textContent = body.message ?? body.error ?? '';
    } catch (error) {
      this.#message.classList.add('bad');
      this.#message.textContent = `The local cloud does not respond: ${String(error)}`;
    }
  }
}
