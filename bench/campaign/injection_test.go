package campaign

import (
	"fmt"
	"testing"
	"time"

	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/yaml"
)

var namespaces = schema.GroupVersionResource{Version: "v1", Resource: "namespaces"}

// sampleObjects are those of the sample: its name, and what is behind it.
var sampleObjects = []struct {
	resource schema.GroupVersionResource
	suffix   string
}{
	{pods, ""}, {services, ""}, {configMaps, "-files"}, {claims, "-workspace"}, {claims, "-cache"}, {policies, ""},
}

func TestWhatInjectorsAddIsKeptAndCausesNoLoop(t *testing.T) {
	// Given
	const namespace, name = "injected", "mesh"
	here.begin(t, namespace)
	startInjector(t)
	patch(t, namespaces, "", namespace, `{"metadata":{"labels":{"`+injector+`":"on"}}}`)
	awaitInjection(t, namespace)

	// each of them has the operator look at everything again
	touch := func() {
		for _, o := range sampleObjects {
			patch(t, o.resource, namespace, name+o.suffix, fmt.Sprintf(`{"metadata":{"annotations":{"theirs.example.com/seen":"%d"}}}`, time.Now().Unix()))
		}
	}

	// When
	env, err := here.create(t.Context(), here.environment(namespace, name))
	if err != nil {
		t.Fatal(err)
	}
	awaitReady(t, env)
	first := uid(t, pods, namespace, name)

	// Then
	quiet(t, time.Duration(size(5, 30))*time.Second, touch)
	checkInjected(t, namespace, name, 0)

	// Given
	for _, o := range sampleObjects {
		patch(t, o.resource, namespace, name+o.suffix, `{"metadata":{"labels":{"theirs.example.com/team":"shop"},"annotations":{"theirs.example.com/note":"keep"}}}`)
	}

	// When: all that can be updated is
	patch(t, environments, namespace, name, `{"spec":{"run":{"ports":[{"name":"http","containerPort":8080,"expose":"LoadBalancer"}]},`+
		`"storage":{"cache":{"size":"6Gi"},"workspace":{"size":"3Gi"}},"resources":{"limits":{"memory":"2Gi"}}}}`)
	awaitObserved(t, env)

	// Then
	if now := uid(t, pods, namespace, name); now != first {
		t.Error("the pod was replaced")
	}
	// the resources of the pod are resized, of which the injector does not hear
	checkInjected(t, namespace, name, 1)
	checkForeign(t, namespace, name, 0)

	// When: the files and with them the pod
	patch(t, environments, namespace, name, `{"spec":{"source":{"files":{"more.go":"package main\n"}}}}`)
	awaitReady(t, env)
	quiet(t, time.Duration(size(5, 30))*time.Second, touch)

	// Then: but for the pod, which is a new one
	checkInjected(t, namespace, name, 0)
	checkForeign(t, namespace, name, 1)
	remove(t, namespace)
}

func checkInjected(t *testing.T, namespace, name string, from int) {
	t.Helper()
	for _, o := range sampleObjects[from:] {
		object := get(t, o.resource, namespace, name+o.suffix)
		var more map[string]any
		if err := yaml.Unmarshal([]byte(injected[object.GetKind()]), &more); err != nil {
			t.Fatal(err)
		}
		if !holds(object.Object, more) {
			t.Errorf("what was injected into %s %s is gone", object.GetKind(), object.GetName())
		}
	}
}

func checkForeign(t *testing.T, namespace, name string, from int) {
	t.Helper()
	for _, o := range sampleObjects[from:] {
		object := get(t, o.resource, namespace, name+o.suffix)
		if object.GetLabels()["theirs.example.com/team"] != "shop" || object.GetAnnotations()["theirs.example.com/note"] != "keep" {
			t.Errorf("%s %s lost what others wrote on it", object.GetKind(), object.GetName())
		}
	}
}

// awaitInjection waits until the API server has heard of the webhook.
func awaitInjection(t *testing.T, namespace string) {
	t.Helper()
	probe := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "probe"},
	}}
	err := until(t.Context(), time.Minute, func() error {
		made, err := here.client.Resource(configMaps).Namespace(namespace).Create(t.Context(), probe, meta.CreateOptions{DryRun: []string{meta.DryRunAll}})
		if err == nil && len(made.GetLabels()) == 0 {
			err = fmt.Errorf("nothing is injected")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func awaitReady(t *testing.T, env *unstructured.Unstructured) {
	t.Helper()
	if err := until(t.Context(), time.Minute, func() error { return here.ready(t.Context(), env) }); err != nil {
		t.Fatal(err)
	}
}

func awaitObserved(t *testing.T, env *unstructured.Unstructured) {
	t.Helper()
	if err := until(t.Context(), time.Minute, func() error { _, err := here.observed(t.Context(), env); return err }); err != nil {
		t.Fatal(err)
	}
}

func get(t *testing.T, resource schema.GroupVersionResource, namespace, name string) *unstructured.Unstructured {
	t.Helper()
	object, err := here.client.Resource(resource).Namespace(namespace).Get(t.Context(), name, meta.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return object
}

func uid(t *testing.T, resource schema.GroupVersionResource, namespace, name string) types.UID {
	t.Helper()
	return get(t, resource, namespace, name).GetUID()
}

func patch(t *testing.T, resource schema.GroupVersionResource, namespace, name, merge string) {
	t.Helper()
	if _, err := here.client.Resource(resource).Namespace(namespace).Patch(t.Context(), name, types.MergePatchType, []byte(merge), meta.PatchOptions{}); err != nil {
		t.Fatal(err)
	}
}
