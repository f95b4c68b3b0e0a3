/** Texts of the page for administrators. */
export const adminText = {
  link: 'Admin',
  title: 'Administration',
  lead: 'Statistics of the API. Only administrators can see them.',
  signedOutLead: 'Only administrators can use this page. Log in, and you will return to it.',
  statistics: 'Statistics',
  loading: 'Loading statistics …',
  lastGreetingId: 'Last greeting number',
};
