/** Requests to the server that sent this page, and what it pushes. */

const LIMIT_MILLIS = 15_000;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;
const QUIET_MILLIS = 30_000;

async function request(path, options = {}) {
  const answer = await fetch(path, {signal: AbortSignal.timeout(LIMIT_MILLIS), ...options});
  if (!answer.ok) throw new Error(await complaint(answer));
  return answer;
}

async function complaint(answer) {
  try {
    return (await answer.json()).error ?? `HTTP ${answer.status}`;
  } catch {
    return `HTTP ${answer.status}`;
  }
}

const query = (params) => {
  const given = Object.entries(params).filter(([, value]) => value !== null && value !== undefined);
  return given.length ? `?${new URLSearchParams(given)}` : '';
};

export const get = async (path, params = {}) => (await request(path + query(params))).json();

export const getBytes = async (path, params = {}) => (await request(path + query(params))).arrayBuffer();

export const post = async (path, body) =>
  (
    await request(path, {
      method: 'POST',
      headers: {'Content-Type': 'application/json'},
      body: JSON.stringify(body),
    })
  ).json();

/**
 * The push connection of one source. It is made anew when it breaks, after pauses that double, and
 * `opened` is called each time so that the page can fetch what it missed.
 */
export class Events {
  #source;
  #on;
  #pause = FIRST_PAUSE;
  #stream = null;
  #timer = null;
  #watch = null;
  #heard = 0;

  /** @param on handlers: opened(), lost(seconds to the next try), and one per kind of event */
  constructor(source, on) {
    this.#source = source;
    this.#on = on;
  }

  open() {
    this.close();
    const stream = new EventSource(`/api/events${query({source: this.#source})}`);
    this.#stream = stream;
    stream.onopen = () => {
      this.#pause = FIRST_PAUSE;
      this.#heard = performance.now();
      this.#on.opened();
    };
    stream.onerror = () => this.#retry();
    for (const kind of ['state', 'series', 'fields', 'ensemble']) {
      stream.addEventListener(kind, (event) => {
        this.#heard = performance.now();
        this.#on[kind](JSON.parse(event.data));
      });
    }
    this.#watch = setInterval(() => this.#ask(), QUIET_MILLIS / 3);
  }

  /** A connection that died without a word looks like one with nothing to say: ask. */
  async #ask() {
    const stream = this.#stream;
    if (performance.now() - this.#heard < QUIET_MILLIS || stream?.readyState !== EventSource.OPEN) return;
    try {
      await get('/api/info');
      this.#heard = performance.now();
    } catch {
      if (stream === this.#stream) this.#retry();
    }
  }

  #retry() {
    const pause = this.#pause * (0.8 + 0.4 * Math.random());
    this.close();
    this.#pause = Math.min(LONGEST_PAUSE, this.#pause * 2);
    this.#on.lost(pause / 1000);
    this.#timer = setTimeout(() => this.open(), pause);
  }

  close() {
    clearTimeout(this.#timer);
    clearInterval(this.#watch);
    this.#stream?.close();
    this.#stream = null;
  }
}
