// A trace of Chromium's, read: what the page's main thread did between marks.

/** Script, style and layout, by the names that the trace has for them; painting is left out. */
const WORK = new Set([
  "EvaluateScript", "EventDispatch", "FireAnimationFrame", "FunctionCall", "Layout", "MajorGC", "MinorGC", "RunMicrotasks",
  "TimerFire", "UpdateLayoutTree", "V8.GC_MC_BACKGROUND_MARKING",
]);

/**
 * The milliseconds of work of each move's longest frame, from one mark to the next: time that the thread was on a processor, so that
 * other programs on a busy machine are not counted.
 */
export function work(events) {
  const marks = events.filter((event) => event.cat?.includes("blink.user_timing") && event.name.startsWith("rollscope:"));
  marks.sort((a, b) => a.ts - b.ts);
  const { pid, tid } = marks[0];
  const spans = events.filter((event) => event.ph === "X" && event.pid === pid && event.tid === tid && WORK.has(event.name));
  const outer = outermost(spans);
  const moves = [];
  for (const [index, { name, ts }] of marks.slice(0, -1).entries()) {
    const frame = covered(outer, ts, marks[index + 1].ts) / 1000;
    if (name === "rollscope:move") moves.push(frame);
    else if (moves.length > 0) moves.push(Math.max(moves.pop(), frame));
  }
  return moves;
}

/** The tasks of the page's main thread between two marks: milliseconds on the processor of each, and from one mark to the other. */
export function tasks(events, [begin, end]) {
  const [from, to] = [begin, end].map((name) => events.find((event) => event.name === name));
  const mine = events.filter(({ name, ph, pid, tid }) => name === "RunTask" && ph === "X" && pid === from.pid && tid === from.tid);
  const between = mine.filter(({ ts, dur }) => ts + dur > from.ts && ts < to.ts);
  return { took: (to.ts - from.ts) / 1000, each: between.map(({ dur, tdur }) => (tdur ?? dur) / 1000) };
}

/** What is inside of something else is counted with it. */
function outermost(spans) {
  let end = 0;
  return spans
    .sort((a, b) => a.ts - b.ts || b.dur - a.dur)
    .filter(({ ts, dur }) => {
      if (ts < end) return false;
      end = ts + dur;
      return true;
    });
}

/** The work in a stretch of time. A mark is made in the middle of some work: what came before it belongs to the stretch before. */
function covered(spans, from, to) {
  let sum = 0;
  for (const { ts, dur, tdur } of spans) {
    const inside = Math.min(ts + dur, to) - Math.max(ts, from);
    if (inside > 0) sum += (inside / dur) * (tdur ?? dur);
  }
  return sum;
}
