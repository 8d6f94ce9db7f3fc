/** EMR's service policy touches only clusters, subnets and security groups that carry this tag. */
export const EMR_TAG = { key: 'for-use-with-amazon-emr-managed-policies', value: 'true' } as const;
