package faultproxy

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Write is a request that changes something.
type Write struct {
	// Number counts the operator's writes from 1; 0 for those set apart.
	Number int
	// Verb is create, update, patch or delete.
	Verb string
	// Resource is the plural with its subresource, as in pods/resize.
	Resource  string
	Namespace string
	Name      string
	At        time.Time
	// Status is what the API server answered; 0 if it was not asked, or did not answer.
	Status int
	// Answer is the status the operator got; 0 if its connection was cut.
	Answer int
}

// Succeeded is true of a write that the API server carried out, whether the operator knows or not.
func (w Write) Succeeded() bool { return w.Status >= 200 && w.Status < 300 }

// Key names the write without when and how often: "create pods web".
func (w Write) Key() string { return w.Verb + " " + w.Resource + " " + w.Name }

func (w Write) String() string {
	return fmt.Sprintf("%3d %s %-6s %s %s/%s: API server %d, operator got %d",
		w.Number, w.At.Format("15:04:05.000"), w.Verb, w.Resource, w.Namespace, w.Name, w.Status, w.Answer)
}

// Leases and Events come by the clock and by what was read, so they would make the numbers of the others differ from run
// to run; a review changes nothing.
var apart = []string{"leases", "events", "subjectaccessreviews", "selfsubjectaccessreviews", "tokenreviews"}

func (w Write) setApart() bool {
	resource, _, _ := strings.Cut(w.Resource, "/")
	return slices.Contains(apart, resource)
}

var verbs = map[string]string{
	http.MethodPost: "create", http.MethodPut: "update", http.MethodPatch: "patch", http.MethodDelete: "delete",
}

// target is what a request is about.
type target struct {
	resource, namespace, name string
}

// parse reads a path of the API: /api/v1/… or /apis/GROUP/VERSION/…
// (https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris).
func parse(path string) target {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	switch {
	case len(parts) > 2 && parts[0] == "api":
		parts = parts[2:]
	case len(parts) > 3 && parts[0] == "apis":
		parts = parts[3:]
	default:
		return target{}
	}
	var t target
	if parts[0] == "namespaces" && len(parts) > 2 {
		t.namespace, parts = parts[1], parts[2:]
	}
	t.resource = parts[0]
	if len(parts) > 1 {
		t.name = parts[1]
	}
	if len(parts) > 2 {
		t.resource += "/" + strings.Join(parts[2:], "/")
	}
	return t
}

// write reads what a request would change; ok is false for one that changes nothing.
func write(r *http.Request, body []byte) (w Write, ok bool) {
	verb, ok := verbs[r.Method]
	if !ok || r.URL.Query().Has("dryRun") {
		return Write{}, false
	}
	t := parse(r.URL.Path)
	if t.resource == "" {
		return Write{}, false
	}
	if t.name == "" {
		var object struct{ Metadata struct{ Name string } }
		// a body that is no object has no name, and the API server says what is wrong with it
		_ = json.Unmarshal(body, &object)
		t.name = object.Metadata.Name
	}
	return Write{Verb: verb, Resource: t.resource, Namespace: t.namespace, Name: t.name, At: time.Now()}, true
}
