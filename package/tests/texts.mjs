// The scenarios of the tests.

export const DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "nginx:1.25"}]}
`;

/** An update that gets stuck, and is undone. */
export const STALLED = `
apiVersion: rollscope.dev/v1
kind: Scenario
title: a typo in the image
world:
  images: {"nginx:1.91": {pull: fails}}
interventions:
- {at: 30, run: kubectl set image deployment/web web=nginx:1.91}
- {at: 90, run: kubectl rollout undo deployment/web}
---${DEPLOYMENT}`;

export const STATEFUL_SET = `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 3
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "postgres:17"}]}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`;
