/** The ensemble as a grid of cells on a canvas: colour and shape say a simulation's state. */

import {colour} from './theme.js';

const LARGEST = 22;
const SMALLEST = 4;
const TALLEST = 430;
const LETTERED = 15;

/** States by their letters on the wire: the name, the colour, and the letter that is shown. */
export const STATES = {
  W: {name: 'waiting', colour: 'state-w', sign: '·'},
  R: {name: 'running', colour: 'state-r', sign: '▸'},
  F: {name: 'finished', colour: 'state-f', sign: '✓'},
  X: {name: 'failed', colour: 'state-x', sign: '×'},
  G: {name: 'given up', colour: 'state-g', sign: '⊗'},
};

export class Grid {
  #canvas;
  #size = LARGEST;
  #columns = 1;
  #count = 0;

  constructor(canvas) {
    this.#canvas = canvas;
  }

  get columns() {
    return this.#columns;
  }

  /** The largest cells with which all fit into the width and the greatest height. */
  #lay(count) {
    const width = this.#canvas.parentElement.clientWidth;
    let size = LARGEST;
    while (size > SMALLEST && Math.ceil(count / Math.floor(width / size)) * size > TALLEST) size--;
    this.#size = size;
    this.#columns = Math.max(1, Math.floor(width / size));
    this.#count = count;
    const height = Math.max(1, Math.ceil(count / this.#columns)) * size;
    const density = devicePixelRatio || 1;
    const [pixelsWide, pixelsHigh] = [Math.round(width * density), Math.round(height * density)];
    if (this.#canvas.width !== pixelsWide || this.#canvas.height !== pixelsHigh) {
      this.#canvas.width = pixelsWide;
      this.#canvas.height = pixelsHigh;
      this.#canvas.style.height = `${height}px`;
    }
    const pen = this.#canvas.getContext('2d');
    pen.setTransform(density, 0, 0, density, 0, 0);
    pen.clearRect(0, 0, width, height);
    return pen;
  }

  /** The place in the list of the cell at a point of the canvas; -1 where there is none. */
  at(x, y) {
    const column = Math.floor(x / this.#size);
    const place = Math.floor(y / this.#size) * this.#columns + column;
    return column >= 0 && column < this.#columns && place >= 0 && place < this.#count ? place : -1;
  }

  /**
   * Draws every cell.
   *
   * @param ensemble the answer of /api/ensemble
   * @param only the letter of a state to bring out, or null
   * @param cursor place of the cell under the keyboard's cursor, or -1
   * @param chosen place of the cell that is open, or -1
   */
  draw(ensemble, {only, cursor, chosen}) {
    const pen = this.#lay(ensemble.ids.length);
    const size = this.#size;
    const inner = size > 5 ? size - 2 : size - 1;
    const colours = Object.fromEntries(Object.entries(STATES).map(([letter, state]) => [letter, colour(state.colour)]));
    const sheet = {pen, inner, colours, ink: colour('ink'), paper: colour('card')};
    pen.font = `600 ${Math.round(inner * 0.62)}px system-ui, sans-serif`;
    pen.textAlign = 'center';
    pen.textBaseline = 'middle';
    for (let place = 0; place < ensemble.ids.length; place++) {
      const state = ensemble.state[place];
      pen.globalAlpha = only === null || only === state ? 1 : 0.18;
      const x = (place % this.#columns) * size;
      const y = Math.floor(place / this.#columns) * size;
      cell(sheet, {x, y, state, progress: ensemble.progress[place], isTest: ensemble.purpose[place] === 'V'});
    }
    pen.globalAlpha = 1;
    this.#mark(pen, cursor, colour('ink'), 2);
    this.#mark(pen, chosen, colour('accent'), 2.5);
  }

  #mark(pen, place, stroke, width) {
    if (place < 0 || place >= this.#count) return;
    pen.strokeStyle = stroke;
    pen.lineWidth = width;
    const [x, y] = [(place % this.#columns) * this.#size, Math.floor(place / this.#columns) * this.#size];
    pen.strokeRect(x - 0.5, y - 0.5, this.#size - 1, this.#size - 1);
  }
}

/** One cell: hollow while it waits, filled from below while it runs, full when done, crossed when failed. */
function cell({pen, inner, colours, ink, paper}, {x, y, state, progress, isTest}) {
  pen.fillStyle = colours.W;
  pen.fillRect(x, y, inner, inner);
  if (state === 'W') {
    if (inner > 5) {
      pen.fillStyle = paper;
      pen.fillRect(x + 1, y + 1, inner - 2, inner - 2);
    }
  } else {
    pen.fillStyle = colours[state] ?? ink;
    const filled = state === 'R' ? Math.max(1, inner * (progress ?? 0)) : inner;
    pen.fillRect(x, y + inner - filled, inner, filled);
    if (state === 'R') {
      pen.strokeStyle = colours.R;
      pen.lineWidth = 1;
      pen.strokeRect(x + 0.5, y + 0.5, inner - 1, inner - 1);
    }
  }
  if (state === 'X' || state === 'G') cross(pen, paper, x, y, inner, state === 'G');
  if (isTest) mark(pen, {x, y, inner, ink: state === 'F' ? paper : ink, paper});
}

function cross(pen, paper, x, y, inner, isDouble) {
  const inset = Math.max(1, inner * 0.22);
  pen.strokeStyle = paper;
  pen.lineWidth = Math.max(1, inner / 8);
  pen.beginPath();
  pen.moveTo(x + inset, y + inset);
  pen.lineTo(x + inner - inset, y + inner - inset);
  if (isDouble) {
    pen.moveTo(x + inner - inset, y + inset);
    pen.lineTo(x + inset, y + inner - inset);
  }
  pen.stroke();
}

/** Simulations that are for validation carry a V, or a dot where a letter has no room. */
function mark(pen, {x, y, inner, ink}) {
  pen.fillStyle = ink;
  if (inner >= LETTERED) pen.fillText('V', x + inner / 2, y + inner / 2 + 0.5);
  else pen.fillRect(x + inner / 2 - 1, y + inner / 2 - 1, 2, 2);
}
