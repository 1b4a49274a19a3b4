// Two edits of one text, brought together: what the server made of a text that a person has
// gone on writing in meanwhile.

// The one stretch that an edit replaced: where, how much of it, and by what.
export function stretch(before, after) {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  let same = 0;
  while (same < most - start && before.at(-1 - same) === after.at(-1 - same)) same += 1;
  return { start, end: before.length - same, text: after.slice(start, after.length - same) };
}

// Where in `now` the server's edit of `sent` belongs, or null when both changed the same place.
export function moved(sent, made, now) {
  const theirs = stretch(sent, made);
  if (now === sent) return theirs;
  const ours = stretch(sent, now);
  const grown = now.length - sent.length;
  const behind = { ...theirs, start: theirs.start + grown, end: theirs.end + grown };
  if (theirs.start === ours.start && theirs.end === theirs.start && ours.end === ours.start) {
    return theirs.text.startsWith("\n") ? behind : theirs; // a new line follows the one being written
  }
  if (theirs.end <= ours.start) return theirs;
  return theirs.start >= ours.end ? behind : null;
}
