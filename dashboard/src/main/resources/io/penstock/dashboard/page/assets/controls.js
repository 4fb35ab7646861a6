/** Pause, resume, learning rate, savepoint and stop; only there when the server allows them. */

import {post} from './api.js';
import {byId} from './dom.js';
import * as format from './format.js';

let study = null;
let isAllowed = false;
let isListening = false;

/** Which study the controls are for; null, as for a past run, hides them. */
export function showControlsOf(name) {
  study = name;
  const isHidden = !isAllowed || study === null;
  byId('controls').hidden = isHidden;
  byId('to-controls').hidden = isHidden;
}

async function send(kind, learningRate = null) {
  const answer = byId('control-answer');
  try {
    const body = learningRate === null ? {study, kind} : {study, kind, learningRate};
    const {control} = await post('/api/controls', body);
    answer.className = 'muted line';
    answer.textContent = `Sent: ${format.words(kind)}. What comes of it is shown in the list.`;
    answer.dataset.value = control;
  } catch (error) {
    answer.className = 'error line';
    answer.textContent = `Not sent: ${error.message}`;
  }
}

export function startControls(allowed) {
  isAllowed = allowed;
  if (isListening) return;
  isListening = true;
  const dialog = byId('stop-dialog');
  byId('control-form').addEventListener('click', ({target}) => {
    const kind = target.dataset.kind;
    if (kind === 'STOP') dialog.showModal();
    else if (kind) send(kind);
  });
  byId('control-form').addEventListener('submit', (event) => {
    event.preventDefault();
    send('SET_LEARNING_RATE', Number(byId('rate').value));
  });
  dialog.addEventListener('close', () => {
    if (dialog.returnValue === 'stop') send('STOP');
    dialog.returnValue = '';
  });
}
