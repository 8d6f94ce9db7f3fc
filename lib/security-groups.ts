import { Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { EMR_TAG } from './emr-tag.ts';

/** EMR's cluster manager reaches every node here … */
const CLUSTER_MANAGER_PORT = 8443;
/** … and the primary node asks it here. */
const SERVICE_ACCESS_PORT = 9443;

const ANY_NODE_TRAFFIC: readonly (readonly [ec2.Port, string])[] = [
  [ec2.Port.allTcp(), 'Any TCP'],
  [ec2.Port.allUdp(), 'Any UDP'],
  [ec2.Port.allIcmp(), 'Any ICMP'],
];

/**
 * The three groups of a cluster in private subnets, with the rules that EMR would otherwise add itself:
 * nodes reach one another, EMR's service reaches the nodes, nobody else does.
 *
 * @see https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-man-sec-groups.html
 */
export class SecurityGroups extends Construct {
  readonly ids: { readonly primary: string; readonly worker: string; readonly service: string };

  constructor(scope: Construct, id: string, props: { readonly vpc: ec2.IVpc }) {
    super(scope, id);
    const { vpc } = props;
    const group = (name: string, description: string, allowAllOutbound: boolean) =>
      new ec2.SecurityGroup(this, name, { vpc, description, allowAllOutbound });
    const primary = group('Primary', 'EMR primary nodes', true);
    const worker = group('Worker', 'EMR core and task nodes', true);
    const service = group('Service', 'EMR service access to nodes in private subnets', false);
    for (const node of [primary, worker]) {
      for (const [port, description] of ANY_NODE_TRAFFIC) {
        node.addIngressRule(primary, port, `${description} from primary nodes`);
        node.addIngressRule(worker, port, `${description} from core and task nodes`);
      }
      node.addIngressRule(service, ec2.Port.tcp(CLUSTER_MANAGER_PORT), 'EMR service');
      service.addEgressRule(node, ec2.Port.tcp(CLUSTER_MANAGER_PORT), 'To the nodes');
    }
    service.addIngressRule(primary, ec2.Port.tcp(SERVICE_ACCESS_PORT), 'Primary nodes');
    Tags.of(this).add(EMR_TAG.key, EMR_TAG.value);
    this.ids = {
      primary: primary.securityGroupId,
      worker: worker.securityGroupId,
      service: service.securityGroupId,
    };
  }
}
