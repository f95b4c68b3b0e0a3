import { byId } from './dom.js';

const SVG = 'http://www.w3.org/2000/svg';

/** Arrows between the nodes of the picture, and the path of the selected request. */
export class Topology {
  #svg = /** @type {SVGSVGElement} */ (/** @type {unknown} */ (document.getElementById('arrows')));
  #hint = byId('map-hint', HTMLElement);
  /** @type {readonly import('../src/console/topology-map').MapEdge[]} */
  #edges = JSON.parse(this.#svg.dataset['edges'] ?? '[]');
  /** @type {readonly string[]} */
  #path = [];
  #status = '';

  constructor() {
    const body = this.#svg.parentElement;
    if (body) new ResizeObserver(() => this.#draw()).observe(body);
  }

  /**
   * Shows the path of a request.
   *
   * @param {readonly string[]} path ids of nodes and parts
   * @param {string} status class of the response, `2` to `5`
   */
  show(path, status) {
    this.#path = path;
    this.#status = status;
    const last = path.at(-1);
    const body = this.#svg.parentElement;
    body?.classList.toggle('has-path', path.length > 0);
    for (const node of nodes()) {
      const id = node.dataset['node'] ?? '';
      const parts = [...node.querySelectorAll('[data-node]')].map(
        (part) => part.getAttribute('data-node') ?? '',
      );
      node.classList.toggle('on-path', path.includes(id) || parts.some((part) => path.includes(part)));
      node.classList.toggle('path-end', id === last);
      if (id === last) node.dataset['status'] = status;
      else delete node.dataset['status'];
    }
    this.#hint.textContent =
      path.length === 0
        ? 'Select a request to see its path.'
        : `Path: ${path
            .map(nameOf)
            .filter((name) => name !== '')
            .join(' → ')}.`;
    this.#draw();
  }

  #draw() {
    const frame = this.#svg.getBoundingClientRect();
    /** @type {Map<string, number>} number of arrows that already lead down from a node */
    const down = new Map();
    const arrows = this.#edges.flatMap(({ from, to }) => {
      const start = boxOf(from);
      const end = boxOf(to);
      if (!start || !end) return [];
      const arrow = document.createElementNS(SVG, 'path');
      const isDown = end.left < start.right - 1;
      const before = down.get(from) ?? 0;
      if (isDown) down.set(from, before + 1);
      arrow.setAttribute('d', isDown ? line(start, end, frame, before) : curve(start, end, frame));
      if (this.#isTravelled(from, to)) arrow.classList.add('travelled');
      return [arrow];
    });
    this.#svg.dataset['status'] = this.#status;
    // Travelled arrows are drawn last, so that they lie on top.
    arrows.sort(
      (a, b) => Number(a.classList.contains('travelled')) - Number(b.classList.contains('travelled')),
    );
    this.#svg.replaceChildren(...arrows);
  }

  /** @param {string} from @param {string} to */
  #isTravelled(from, to) {
    return (
      this.#path.includes(to) &&
      this.#path.includes(from) &&
      this.#path.indexOf(from) < this.#path.indexOf(to)
    );
  }
}

/** @returns {HTMLElement[]} */
function nodes() {
  return [...document.querySelectorAll('[data-node]')].filter((node) => node instanceof HTMLElement);
}

/** @param {string} id */
function find(id) {
  return nodes().find((node) => node.dataset['node'] === id);
}

/** @param {string} id */
function boxOf(id) {
  return find(id)?.getBoundingClientRect();
}

/** @param {string} id */
function nameOf(id) {
  const node = find(id);
  return node?.querySelector('h3 > span, .part')?.textContent ?? '';
}

/**
 * Draws a curve from the right side of one box to the left side of the next.
 *
 * @param {DOMRect} start
 * @param {DOMRect} end
 * @param {DOMRect} frame
 */
function curve(start, end, frame) {
  const [x1, y1] = [start.right - frame.left, start.top + Math.min(start.height / 2, 24) - frame.top];
  const [x2, y2] = [end.left - frame.left, end.top + Math.min(end.height / 2, 24) - frame.top];
  const bend = (x2 - x1) / 2;
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

/** Distance between arrows down from one node, so that they do not look like one. */
const APART_PX = 16;

/**
 * Draws a line down or up to a box in the same column.
 *
 * @param {DOMRect} start
 * @param {DOMRect} end
 * @param {DOMRect} frame
 * @param {number} before number of arrows down beside it
 */
function line(start, end, frame, before) {
  const middle = Math.min(start.left + start.width / 2, end.left + end.width / 2);
  const x = middle + before * APART_PX - frame.left;
  const [y1, y2] = start.top < end.top ? [start.bottom, end.top] : [start.top, end.bottom];
  return `M${x} ${y1 - frame.top}L${x} ${y2 - frame.top}`;
}
