/**
 * The stretch of the run that all charts over batches or time show, and the ways to change it:
 * drag, wheel, keys, buttons and the slider under the loss chart.
 */

import {make} from './dom.js';

const STEP = 0.7;
const SHORTEST_DRAG = 6;

/** `extent()` gives the ends of the whole run; `changed()` is called when the stretch changes. */
export class Zoom {
  #extent;
  #changed;
  #window = null;
  #follows = false;

  constructor(extent, changed) {
    this.#extent = extent;
    this.#changed = changed;
  }

  /** [from, to]; the whole run unless somebody zoomed. */
  get range() {
    return this.#window ?? this.#extent();
  }

  get isZoomed() {
    return this.#window !== null;
  }

  /** Shows a stretch; one that reaches the end goes along with a run that goes on. */
  set(from, to) {
    const [least, most] = this.#extent();
    const low = Math.max(least, Math.min(from, to));
    const high = Math.min(most, Math.max(from, to));
    const isWhole = low <= least && high >= most;
    this.#window = isWhole || !(high > low) ? null : [low, high];
    this.#follows = high >= most;
    this.#changed();
  }

  reset() {
    this.#window = null;
    this.#changed();
  }

  /** Keeps a stretch that reached the end at the end, after rows were added. */
  follow() {
    if (this.#window === null || !this.#follows) return;
    const end = this.#extent()[1];
    const [from, to] = this.#window;
    this.#window = [from + end - to, end];
  }

  /** Makes the stretch longer or shorter around a place, by default its middle. */
  scale(factor, around = null) {
    const [from, to] = this.range;
    const middle = around ?? (from + to) / 2;
    this.set(middle - (middle - from) * factor, middle + (to - middle) * factor);
  }

  shift(fraction) {
    const [from, to] = this.range;
    const [least, most] = this.#extent();
    const by = Math.max(least - from, Math.min(most - to, (to - from) * fraction));
    this.set(from + by, to + by);
  }

  press(key) {
    const actions = {
      '+': () => this.scale(STEP),
      '=': () => this.scale(STEP),
      '-': () => this.scale(1 / STEP),
      ArrowLeft: () => this.shift(-0.2),
      ArrowRight: () => this.shift(0.2),
      0: () => this.reset(),
    };
    actions[key]?.();
    return key in actions;
  }

  /** Lets a chart change the stretch. */
  listenTo(chart) {
    const picture = chart.picture;
    const at = (event) =>
      chart.instance.convertFromPixel({xAxisIndex: 0}, event.clientX - picture.getBoundingClientRect().left);
    picture.addEventListener('keydown', (event) => {
      if (!event.ctrlKey && !event.metaKey && !event.altKey && this.press(event.key)) event.preventDefault();
    });
    picture.addEventListener('wheel', (event) => {
      // A page that scrolls must not get stuck on a chart.
      if (!event.ctrlKey && document.activeElement !== picture) return;
      event.preventDefault();
      this.scale(event.deltaY < 0 ? STEP : 1 / STEP, at(event));
    }, {passive: false});
    picture.addEventListener('dblclick', () => this.reset());
    this.#listenToDrag(picture, at);
  }

  #listenToDrag(picture, at) {
    const band = make('div', {class: 'band', hidden: ''});
    picture.after(band);
    let start = null;
    const left = (event) => event.clientX - picture.getBoundingClientRect().left;
    const inPlot = (event) =>
      event.clientY - picture.getBoundingClientRect().top < picture.clientHeight - (picture.dataset.slider ? 46 : 0);
    picture.addEventListener('pointerdown', (event) => {
      // On a touch screen a drag scrolls the page.
      if (event.pointerType !== 'touch' && event.button === 0 && inPlot(event)) start = event;
    });
    addEventListener('pointermove', (event) => {
      if (start === null) return;
      const [a, b] = [left(start), left(event)].sort((x, y) => x - y);
      band.hidden = b - a < SHORTEST_DRAG;
      band.style.left = `${a}px`;
      band.style.width = `${b - a}px`;
    });
    addEventListener('pointerup', (event) => {
      if (start === null) return;
      const isDrag = !band.hidden;
      band.hidden = true;
      if (isDrag) this.set(at(start), at(event));
      start = null;
    });
  }
}
