// What the words of the language mean to a person.
const SAYS = {
  error: ["refused", "the library refuses the config"],
  dormant_silent: ["ignored silently", "the field has no effect, and nothing is said"],
  dormant_announced: ["ignored, announced", "the field has no effect, and the library says so"],
  warn: ["warned of", "the library warns, and the field still acts"],
  pass: ["off value", "the value means “off”: accepted, and nothing is said"],
};
const REPLACED = {
  dormant_silent: ["rewritten silently", "the library uses another value, and nothing is said"],
  dormant_announced: ["rewritten, announced", "the library uses another value, and says so"],
};
const REACH = {
  construct: "when the config is built",
  validate: "when it is validated",
  build: "at start-up, when the engine is built from it",
  generate: "only at generation: the config itself is accepted",
};
const BY = {
  authored: "written by a person",
  static_miner: "mined from the source",
  dynamic_miner: "mined by probing",
  lift: "lifted from a declared constraint",
  runtime_warning: "from what was seen at run time",
};
const PROOF = {
  exception: "the exception",
  message: "what was said",
  state: "the effective value",
  behaviour: "what was generated with it and without it",
};
const BEHAVIOUR = {
  unread: "never read while it generated",
  no_difference: "without it, the same tokens",
  differs: "without it, other tokens",
};
const DROPPED = {
  dormant_silent: ["dropped silently", "the library drops the field, and nothing is said"],
  dormant_announced: ["dropped, announced", "the library drops the field, and says so"],
};
const ABSENT = '{"$absent": true}';
const STATES = {
  fires: "fires as claimed",
  changed: "does something else",
  absent: "does not exist",
  unchecked: "could not be seen",
};
const FIRED = { shown: "its effect shows too", masked: "hidden by an earlier refusal", unexplained: "unexplained" };
const PARTS = { match: "Fires when", given: "Given that", require: "it must hold that" };

const replaced = rule => rule.dormant.length > 0 && rule.dormant.every(one => one.length > 1);
const dropped = rule => rule.dormant.length > 0 && rule.dormant.every(one => one[1] === ABSENT);
const told = rule => (dropped(rule) && DROPPED[rule.effect]) || (replaced(rule) && REPLACED[rule.effect]) || SAYS[rule.effect];
const badge = rule => h("span", { class: "effect", "data-effect": rule.effect }, told(rule)[0]);
