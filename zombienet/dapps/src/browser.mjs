// What a page is given.

import { start } from "smoldot";
import { access } from "./access.mjs";
import { follow } from "./light.mjs";
import { story } from "./story.mjs";

window.substation = {
  story: (parameters) => story({ ...parameters, report: window.report, stop: window.stopAggregator, log: window.log }),
  access: (parameters) => access({ ...parameters, revoke: window.revoke, log: window.log }),
  follow: (parameters) => follow({ ...parameters, start, full: window.full, log: window.log }),
};
