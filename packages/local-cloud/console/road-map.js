import { byId } from './dom.js';

const SVG = 'http://www.w3.org/2000/svg';

/** The ways between the nodes of the map, and the road of the request that is open. */
export class RoadMap {
  #svg = /** @type {SVGSVGElement} */ (/** @type {unknown} */ (document.getElementById('ways')));
  #hint = byId('map-hint', HTMLElement);
  /** @type {readonly import('../src/console/topology-map').MapEdge[]} */
  #edges = JSON.parse(this.#svg.dataset['edges'] ?? '[]');
  /** @type {readonly string[]} */
  #road = [];
  #status = '';

  constructor() {
    const body = this.#svg.parentElement;
    if (body) new ResizeObserver(() => this.#draw()).observe(body);
  }

  /**
   * Shows the road of a request.
   *
   * @param {readonly string[]} road ids of nodes and parts
   * @param {string} status class of the answer, `2` to `5`
   */
  show(road, status) {
    this.#road = road;
    this.#status = status;
    const last = road.at(-1);
    const body = this.#svg.parentElement;
    body?.classList.toggle('has-road', road.length > 0);
    for (const node of nodes()) {
      const id = node.dataset['node'] ?? '';
      const parts = [...node.querySelectorAll('[data-node]')].map(
        (part) => part.getAttribute('data-node') ?? '',
      );
      node.classList.toggle('on-road', road.includes(id) || parts.some((part) => road.includes(part)));
      node.classList.toggle('road-end', id === last);
      if (id === last) node.dataset['status'] = status;
      else delete node.dataset['status'];
    }
    this.#hint.textContent =
      road.length === 0
        ? 'Choose a request to see the road it took.'
        : `This one went ${road
            .map(nameOf)
            .filter((name) => name !== '')
            .join(' → ')}.`;
    this.#draw();
  }

  #draw() {
    const frame = this.#svg.getBoundingClientRect();
    /** @type {Map<string, number>} how many ways lead down from a node already */
    const down = new Map();
    const paths = this.#edges.flatMap(({ from, to }) => {
      const start = boxOf(from);
      const end = boxOf(to);
      if (!start || !end) return [];
      const path = document.createElementNS(SVG, 'path');
      const isDown = end.left < start.right - 1;
      const before = down.get(from) ?? 0;
      if (isDown) down.set(from, before + 1);
      path.setAttribute('d', isDown ? line(start, end, frame, before) : curve(start, end, frame));
      if (this.#isTravelled(from, to)) path.classList.add('travelled');
      return [path];
    });
    this.#svg.dataset['status'] = this.#status;
    // What is travelled is drawn last, so that it lies on top.
    paths.sort(
      (a, b) => Number(a.classList.contains('travelled')) - Number(b.classList.contains('travelled')),
    );
    this.#svg.replaceChildren(...paths);
  }

  /**
   * @param {string} from
   * @param {string} to
   */
  #isTravelled(from, to) {
    return (
      this.#road.includes(to) &&
      this.#road.includes(from) &&
      this.#road.indexOf(from) < this.#road.indexOf(to)
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
 * From the right side of one box to the left side of the next.
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

/** Between ways down from one node, so that those to two nodes below do not look like one through both. */
const APART_PX = 16;

/**
 * Down or up to a box in the same column.
 *
 * @param {DOMRect} start
 * @param {DOMRect} end
 * @param {DOMRect} frame
 * @param {number} before how many ways down there are beside it
 */
function line(start, end, frame, before) {
  const middle = Math.min(start.left + start.width / 2, end.left + end.width / 2);
  const x = middle + before * APART_PX - frame.left;
  const [y1, y2] = start.top < end.top ? [start.bottom, end.top] : [start.top, end.bottom];
  return `M${x} ${y1 - frame.top}L${x} ${y2 - frame.top}`;
}
