package fault

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"sigs.k8s.io/yaml"
)

const name = "web"

var (
	environments = schema.GroupVersionResource{Group: "godev.io", Version: "v1alpha1", Resource: "godevenvironments"}
	pods         = schema.GroupVersionResource{Version: "v1", Resource: "pods"}
	// what the operator may write, and so all of a namespace that it can have changed
	resources = []schema.GroupVersionResource{
		environments,
		pods,
		{Version: "v1", Resource: "persistentvolumeclaims"},
		{Version: "v1", Resource: "configmaps"},
		{Version: "v1", Resource: "services"},
		{Group: "networking.k8s.io", Version: "v1", Resource: "networkpolicies"},
	}
)

// With files, a port of each kind of exposure and claims of its own, so that it has every kind of object.
const environment = `
apiVersion: godev.io/v1alpha1
kind: GoDevEnvironment
metadata: {name: web}
spec:
  source:
    files:
      go.mod: "module example.com/web\n\ngo 1.26\n"
      main.go: "package main\n\nfunc main() { select {} }\n"
  run:
    env: [{name: WHOM, value: gopher}]
    ports:
    - {name: http, containerPort: 8080, expose: LoadBalancer}
    - {name: admin, containerPort: 9090, expose: Cluster}
  resources:
    requests: {cpu: 100m, memory: 128Mi}
    limits: {cpu: "1", memory: 256Mi}
  storage:
    workspace: {size: 1Gi}
    cache: {size: 1Gi}
`

// step is one thing that a user does, and how to see that the operator has done its part.
type step struct {
	name string
	do   func(context.Context, world) error
	// done fails while it is not
	done func(context.Context, world) error
}

// world is what a step sees.
type world struct {
	client    dynamic.Interface
	namespace string
	// podUID is that of the pod before the step, empty without one
	podUID string
}

// script is the life of an environment.
var script = []step{
	{"create", create, isReady},
	{"change a field that needs a restart", patch(`{"spec":{"run":{"env":[{"name":"WHOM","value":"go"}]}}}`), func(ctx context.Context, w world) error {
		return errors.Join(isReady(ctx, w), podIsAnother(ctx, w))
	}},
	{"change fields that need none", patch(`{"spec":{
		"run":{"ports":[{"name":"http","containerPort":8080,"expose":"Cluster"},{"name":"admin","containerPort":9090,"expose":"None"}]},
		"resources":{"limits":{"cpu":"2"}},
		"storage":{"cache":{"size":"2Gi"}}}}`), isReady},
	{"suspend", patch(`{"spec":{"mode":"Suspended"}}`), func(ctx context.Context, w world) error {
		return errors.Join(isReady(ctx, w), podIsGone(ctx, w))
	}},
	{"resume", patch(`{"spec":{"mode":"Running"}}`), func(ctx context.Context, w world) error {
		return errors.Join(isReady(ctx, w), podIsAnother(ctx, w))
	}},
	{"delete", remove, isGone},
	// with the claims of the one before
	{"create again", create, isReady},
}

func create(ctx context.Context, w world) error {
	var object unstructured.Unstructured
	if err := yaml.Unmarshal([]byte(environment), &object.Object); err != nil {
		return err
	}
	_, err := w.client.Resource(environments).Namespace(w.namespace).Create(ctx, &object, meta.CreateOptions{})
	return err
}

func patch(content string) func(context.Context, world) error {
	return func(ctx context.Context, w world) error {
		if !json.Valid([]byte(content)) {
			return fmt.Errorf("not JSON: %s", content)
		}
		_, err := w.client.Resource(environments).Namespace(w.namespace).
			Patch(ctx, name, types.MergePatchType, []byte(content), meta.PatchOptions{})
		return err
	}
}

func remove(ctx context.Context, w world) error {
	return w.client.Resource(environments).Namespace(w.namespace).Delete(ctx, name, meta.DeleteOptions{})
}

// isReady fails while the status does not speak of this spec, or not of a ready environment.
func isReady(ctx context.Context, w world) error {
	env, err := w.client.Resource(environments).Namespace(w.namespace).Get(ctx, name, meta.GetOptions{})
	if err != nil {
		return err
	}
	if observed := nested(env, "status", "observedGeneration"); observed != env.GetGeneration() {
		return fmt.Errorf("generation %d, observed %v", env.GetGeneration(), observed)
	}
	conditions, _, err := unstructured.NestedSlice(env.Object, "status", "conditions")
	if err != nil {
		return err
	}
	for _, c := range conditions {
		if c, ok := c.(map[string]any); ok && c["type"] == "Ready" && c["status"] == "True" {
			return nil
		}
	}
	return fmt.Errorf("not ready: %v", conditions)
}

func (w world) pod(ctx context.Context) (*unstructured.Unstructured, error) {
	return w.client.Resource(pods).Namespace(w.namespace).Get(ctx, name, meta.GetOptions{})
}

func podIsAnother(ctx context.Context, w world) error {
	pod, err := w.pod(ctx)
	if err == nil && string(pod.GetUID()) == w.podUID {
		err = errors.New("the pod is still the one before")
	}
	return err
}

func podIsGone(ctx context.Context, w world) error {
	return gone(w.pod(ctx))
}

// isGone fails while there is the environment, or anything of it but its claims.
func isGone(ctx context.Context, w world) error {
	var errs []error
	for _, resource := range resources {
		if resource.Resource == "persistentvolumeclaims" {
			continue
		}
		list, err := w.client.Resource(resource).Namespace(w.namespace).List(ctx, meta.ListOptions{})
		if err != nil {
			return err
		}
		for _, object := range list.Items {
			if !isNamespaces(object) {
				errs = append(errs, fmt.Errorf("%s %s is there", object.GetKind(), object.GetName()))
			}
		}
	}
	return errors.Join(errs...)
}

// isNamespaces is true of what every namespace has.
func isNamespaces(o unstructured.Unstructured) bool {
	return o.GetKind() == "ConfigMap" && o.GetName() == "kube-root-ca.crt"
}

func gone(o *unstructured.Unstructured, err error) error {
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err == nil {
		err = fmt.Errorf("%s %s is there", o.GetKind(), o.GetName())
	}
	return err
}
