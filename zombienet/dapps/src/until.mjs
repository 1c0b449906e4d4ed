/** Waits until `condition` gives something true, and gives that; fails, naming `what`, after `seconds`. */
export async function until(seconds, what, condition) {
  const end = Date.now() + seconds * 1000;
  let last;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`not in ${seconds} s: ${what}${last ? `: ${last.message}` : ""}`);
    await new Promise((passed) => setTimeout(passed, 500));
  }
}
