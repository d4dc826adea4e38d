package campaign

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// contents are texts by what they are of.
type contents map[string]string

// state is what there is of an environment, without what is another in each object of the same contents.
type state struct {
	objects contents // claims with their uid, which must stay
	status  contents
}

func stateOf(ctx context.Context, env *unstructured.Unstructured) (state, error) {
	s := state{contents{}, contents{}}
	for _, resource := range []schema.GroupVersionResource{pods, services, policies, configMaps, claims} {
		list, err := here.client.Resource(resource).Namespace(env.GetNamespace()).List(ctx, meta.ListOptions{LabelSelector: ofEnvironment + "=" + env.GetName()})
		if err != nil {
			return state{}, err
		}
		for _, object := range list.Items {
			if resource != claims {
				unstructured.RemoveNestedField(object.Object, "metadata", "uid")
			}
			s.objects.add(object.GetKind()+" "+object.GetName(), lasting(object.Object))
		}
	}
	now, err := here.client.Resource(environments).Namespace(env.GetNamespace()).Get(ctx, env.GetName(), meta.GetOptions{})
	if err != nil {
		return state{}, err
	}
	status, _, _ := unstructured.NestedMap(now.Object, "status")
	conditions, _, _ := unstructured.NestedSlice(now.Object, "status", "conditions")
	for _, c := range conditions {
		c := c.(map[string]any)
		s.status.add(fmt.Sprintf("condition %s", c["type"]), []any{c["status"], c["reason"], c["message"]})
	}
	for _, field := range []string{"conditions", "observedGeneration", "startup", "build", "acceptedSpec"} {
		delete(status, field)
	}
	s.status.add("status", status)
	return s, nil
}

// lasting takes out what the cluster gives to an object of its own.
func lasting(object map[string]any) map[string]any {
	for _, field := range [][]string{
		{"metadata", "resourceVersion"}, {"metadata", "generation"}, {"metadata", "creationTimestamp"}, {"metadata", "managedFields"},
		{"status"}, {"spec", "nodeName"}, {"spec", "clusterIP"}, {"spec", "clusterIPs"}, {"spec", "healthCheckNodePort"},
	} {
		unstructured.RemoveNestedField(object, field...)
	}
	ports, _, _ := unstructured.NestedSlice(object, "spec", "ports")
	for _, port := range ports {
		delete(port.(map[string]any), "nodePort")
	}
	if len(ports) > 0 {
		unstructured.SetNestedSlice(object, ports, "spec", "ports") //nolint:errcheck // it was one
	}
	return object
}

func (c contents) add(name string, value any) {
	text, err := json.Marshal(value)
	if err != nil {
		text = []byte(err.Error())
	}
	c[name] = string(text)
}

// difference tells what is not as it was before, in words; it is empty if nothing is.
func (c contents) difference(before contents) string {
	var words []string
	for _, name := range slices.Sorted(maps.Keys(c)) {
		was, ok := before[name]
		switch {
		case !ok:
			words = append(words, name+" is new")
		case was != c[name]:
			words = append(words, fmt.Sprintf("%s is other: %s", name, firstDifference(was, c[name])))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if _, ok := c[name]; !ok {
			words = append(words, name+" is gone")
		}
	}
	return strings.Join(words, "; ")
}

func (s state) difference(before state) string {
	return strings.Trim(s.objects.difference(before.objects)+"; "+s.status.difference(before.status), "; ")
}

func firstDifference(was, is string) string {
	i := 0
	for i < len(was) && i < len(is) && was[i] == is[i] {
		i++
	}
	around := func(s string) string { return s[max(0, min(i, len(s))-40):min(len(s), i+80)] }
	return fmt.Sprintf("…%s… was …%s…", around(is), around(was))
}

func quantity(s string) *resource.Quantity {
	q := resource.MustParse(s)
	return &q
}
