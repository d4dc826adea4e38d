package fault

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// state is what a namespace holds, as kind and name to the object without what differs from run to run.
type state struct {
	objects map[string]string
	uids    map[string]string
}

// What differs from run to run, and tells nothing of the operator.
var (
	dropped = []string{"uid", "resourceVersion", "creationTimestamp", "managedFields", "selfLink"}
	// the value of these does not matter, that there is one does
	masked = map[string]bool{
		"clusterIP": true, "clusterIPs": true, "podIP": true, "podIPs": true, "hostIP": true, "hostIPs": true,
		"nodeName": true, "nodePort": true, "healthCheckNodePort": true,
		// seconds that the phases of the start took
		"startup": true,
		// of what the user wrote and the environment's uid; the pod's spec itself is compared
		"godev.io/spec-hash": true, "godev.io/pod-hash": true, "acceptedSpec": true,
	}
	moment = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`)
	number = regexp.MustCompile(`\d+(\.\d+)? s\b`)
)

// read reads the state of the world's namespace.
func (w world) read(ctx context.Context) (state, error) {
	s := state{objects: map[string]string{}, uids: map[string]string{}}
	for _, resource := range resources {
		list, err := w.client.Resource(resource).Namespace(w.namespace).List(ctx, meta.ListOptions{})
		if err != nil {
			return state{}, err
		}
		for _, object := range list.Items {
			if isNamespaces(object) {
				continue
			}
			key := object.GetKind() + " " + object.GetName()
			s.uids[key] = string(object.GetUID())
			text, err := yaml.Marshal(normal(object.Object, w.namespace))
			if err != nil {
				return state{}, err
			}
			s.objects[key] = string(text)
		}
	}
	// an owner is named by its uid, which says which of two of one name it is
	for key, text := range s.objects {
		for owner, uid := range s.uids {
			text = strings.ReplaceAll(text, uid, "<uid of "+owner+">")
		}
		s.objects[key] = text
	}
	return s, nil
}

// normal is a value without what differs from run to run.
func normal(value any, namespace string) any {
	switch v := value.(type) {
	case map[string]any:
		result := map[string]any{}
		for field, inner := range v {
			_, isObject := v["metadata"]
			switch {
			case masked[field]:
				result[field] = "<some>"
			case field == "metadata" && isObject:
				meta := maps.Clone(inner.(map[string]any))
				maps.DeleteFunc(meta, func(field string, _ any) bool { return slices.Contains(dropped, field) })
				result[field] = normal(meta, namespace)
			default:
				result[field] = normal(inner, namespace)
			}
		}
		return result
	case []any:
		result := make([]any, 0, len(v))
		for _, inner := range v {
			result = append(result, normal(inner, namespace))
		}
		return result
	case string:
		v = moment.ReplaceAllString(v, "<time>")
		v = number.ReplaceAllString(v, "<seconds>")
		return strings.ReplaceAll(v, namespace, "<namespace>")
	default:
		return v
	}
}

// replaced are the objects that were there before under another uid, sorted.
func replaced(before, after state) []string {
	var keys []string
	for key, uid := range after.uids {
		if old, ok := before.uids[key]; ok && old != uid {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// difference says what of a state is not as it should be, empty if nothing.
func (s state) difference(want state) string {
	var text strings.Builder
	keys := slices.Sorted(maps.Keys(want.objects))
	for _, key := range slices.Sorted(maps.Keys(s.objects)) {
		if _, ok := want.objects[key]; !ok {
			keys = append(keys, key)
		}
	}
	for _, key := range keys {
		got, isThere := s.objects[key]
		wanted, isWanted := want.objects[key]
		switch {
		case !isThere:
			fmt.Fprintf(&text, "%s is missing\n", key)
		case !isWanted:
			fmt.Fprintf(&text, "%s should not be there:\n%s", key, got)
		case got != wanted:
			fmt.Fprintf(&text, "%s differs:\n%s", key, lines(wanted, got))
		}
	}
	return text.String()
}

// lines are those of two texts that the other does not have, in their order.
func lines(want, got string) string {
	var text strings.Builder
	missing := func(sign, of, in string) {
		has := map[string]int{}
		for line := range strings.Lines(in) {
			has[line]++
		}
		for line := range strings.Lines(of) {
			if has[line]--; has[line] < 0 {
				fmt.Fprintf(&text, "  %s %s", sign, line)
			}
		}
	}
	missing("-", want, got)
	missing("+", got, want)
	return text.String()
}
