/** Standard attributes of the scope `profile`, as OpenID Connect lists them. */
export const PROFILE_ATTRIBUTES = [
  'address',
  'birthdate',
  'family_name',
  'gender',
  'given_name',
  'locale',
  'middle_name',
  'name',
  'nickname',
  'picture',
  'preferred_username',
  'profile',
  'updated_at',
  'website',
  'zoneinfo',
] as const;

const LABELS: Readonly<Record<string, string>> = {
  email: 'Email address',
  phone_number: 'Phone number',
  birthdate: 'Birth date',
  family_name: 'Family name',
  given_name: 'Given name',
  middle_name: 'Middle name',
  preferred_username: 'Preferred username',
  zoneinfo: 'Time zone',
};

/** Label of an attribute's input. */
export function attributeLabel(attribute: string): string {
  const plain = attribute.replace(/^custom:/, '').replaceAll('_', ' ');
  return LABELS[attribute] ?? plain.charAt(0).toUpperCase() + plain.slice(1);
}

/** Scope of an attribute; custom attributes belong to `profile` (row CG-JT-04). */
export function scopeOf(attribute: string): 'email' | 'phone' | 'profile' {
  if (attribute === 'email' || attribute === 'email_verified') return 'email';
  return attribute === 'phone_number' || attribute === 'phone_number_verified' ? 'phone' : 'profile';
}
