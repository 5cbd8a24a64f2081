// What is wrong with responses, whoever has fetched them.

/** How a sentence about a fetch goes on whose response lacks the property: its host has the whole body, if at all, at the body's end. */
export const NO_BODY =
  'fetch does not stream: its response has no `body`. Give another as the option `fetch`, such as that of expo/fetch in React Native'
