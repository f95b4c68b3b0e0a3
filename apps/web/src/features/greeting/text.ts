/** Texts of the form that fetches a greeting. */
export const greetingText = {
  title: 'Greeting',
  fetch: 'Fetch Data',
  fetching: 'Calling the API …',
  slow: 'This is taking longer than usual.',
  cancel: 'Cancel',
  cancelled: 'Cancelled. Nothing was fetched.',
  nothingYet: 'Nothing fetched yet.',
  number: (id: number) => `Greeting #${id}`,
  path: 'Request path',
  passed: ': passed',
  stopped: ': stopped here',
};
