package campaign

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	admission "k8s.io/api/admission/v1"
	registration "k8s.io/api/admissionregistration/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/yaml"
)

const injector = "injector.example.com"

// injected is what the injector lays over an object of a kind: members are merged, and so are elements of one name;
// other elements are added. Some of it is what the operator itself wants otherwise.
var injected = map[string]string{
	"Pod": `
metadata: {labels: {injector.example.com/mesh: "on"}, annotations: {injector.example.com/status: injected}}
spec:
  tolerations: [{key: dedicated, operator: Exists}]
  volumes: [{name: mesh, emptyDir: {}}]
  initContainers:
  - name: mesh-proxy
    image: mesh.example.com/proxy:1
    restartPolicy: Always
    volumeMounts: [{name: mesh, mountPath: /mesh}]
    securityContext: &restricted {runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
  containers:
  - name: mesh-agent
    image: mesh.example.com/agent:1
    securityContext: *restricted
  - name: dev
    resources: {requests: {cpu: 333m}}
`,
	"Service": `
metadata: {labels: {injector.example.com/mesh: "on"}, annotations: {injector.example.com/status: injected}}
spec: {sessionAffinity: ClientIP, trafficDistribution: PreferClose}
`,
	"ConfigMap": `
metadata: {labels: {injector.example.com/mesh: "on"}, annotations: {injector.example.com/status: injected}}
data: {injected.pem: certificates}
`,
	"PersistentVolumeClaim": `
metadata: {labels: {injector.example.com/mesh: "on"}, annotations: {injector.example.com/status: injected}}
spec: {volumeMode: Filesystem}
`,
	"NetworkPolicy": `
metadata: {labels: {injector.example.com/mesh: "on"}, annotations: {injector.example.com/status: injected}}
spec: {policyTypes: [Egress], egress: [{ports: [{port: 15001, protocol: TCP}]}]}
`,
}

// startInjector changes what is created and updated in the namespaces that ask for it, until the test ends.
func startInjector(t *testing.T) {
	t.Helper()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var review admission.AdmissionReview
		err := json.NewDecoder(r.Body).Decode(&review)
		if err == nil {
			review.Response, err = inject(review.Request)
		}
		if err == nil {
			err = json.NewEncoder(w).Encode(review)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}))
	t.Cleanup(server.Close)
	config, err := here.cp.AdminConfig()
	if err != nil {
		t.Fatal(err)
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	webhooks := client.AdmissionregistrationV1().MutatingWebhookConfigurations()
	url, fail, none := server.URL, registration.Fail, registration.SideEffectClassNone
	always := registration.IfNeededReinvocationPolicy
	rule := func(operations []registration.OperationType, group string, resources ...string) registration.RuleWithOperations {
		return registration.RuleWithOperations{Operations: operations, Rule: registration.Rule{
			APIGroups: []string{group}, APIVersions: []string{"v1"}, Resources: resources,
		}}
	}
	create, both := []registration.OperationType{registration.Create}, []registration.OperationType{registration.Create, registration.Update}
	_, err = webhooks.Create(t.Context(), &registration.MutatingWebhookConfiguration{
		ObjectMeta: meta.ObjectMeta{Name: injector},
		Webhooks: []registration.MutatingWebhook{{
			Name:                    injector,
			ClientConfig:            registration.WebhookClientConfig{URL: &url, CABundle: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})},
			NamespaceSelector:       &meta.LabelSelector{MatchLabels: map[string]string{injector: "on"}},
			FailurePolicy:           &fail,
			SideEffects:             &none,
			ReinvocationPolicy:      &always,
			AdmissionReviewVersions: []string{"v1"},
			Rules: []registration.RuleWithOperations{
				rule(create, "", "pods"),
				rule(both, "", "services", "configmaps", "persistentvolumeclaims"),
				rule(both, "networking.k8s.io", "networkpolicies"),
			},
		}},
	}, meta.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// the context of the test is over
		if err := webhooks.Delete(context.Background(), injector, meta.DeleteOptions{}); err != nil {
			t.Error(err)
		}
	})
}

func inject(request *admission.AdmissionRequest) (*admission.AdmissionResponse, error) {
	var object, more map[string]any
	if err := json.Unmarshal(request.Object.Raw, &object); err != nil {
		return nil, err
	}
	if err := yaml.Unmarshal([]byte(injected[request.Kind.Kind]), &more); err != nil {
		return nil, err
	}
	lay(object, more)
	var patch []map[string]any
	for member := range more {
		patch = append(patch, map[string]any{"op": "add", "path": "/" + member, "value": object[member]})
	}
	content, err := json.Marshal(patch)
	if err != nil {
		return nil, err
	}
	kind := admission.PatchTypeJSONPatch
	return &admission.AdmissionResponse{UID: request.UID, Allowed: true, Patch: content, PatchType: &kind}, nil
}

func lay(object, more map[string]any) {
	for key, value := range more {
		switch value := value.(type) {
		case map[string]any:
			under, ok := object[key].(map[string]any)
			if !ok {
				under = map[string]any{}
			}
			lay(under, value)
			object[key] = under
		case []any:
			list, _ := object[key].([]any)
			for _, element := range value {
				list = with(list, element)
			}
			object[key] = list
		default:
			object[key] = value
		}
	}
}

func with(list []any, element any) []any {
	fields, ok := element.(map[string]any)
	if ok && fields["name"] != nil {
		for _, one := range list {
			if one := one.(map[string]any); one["name"] == fields["name"] {
				lay(one, fields)
				return list
			}
		}
	}
	if contains(list, element) {
		return list
	}
	return append(list, element)
}

// holds tells whether the members of one are among those of the other, whatever else that has.
func holds(whole, part any) bool {
	switch part := part.(type) {
	case map[string]any:
		whole, ok := whole.(map[string]any)
		if !ok {
			return false
		}
		for key, value := range part {
			if !holds(whole[key], value) {
				return false
			}
		}
		return true
	case []any:
		list, ok := whole.([]any)
		if !ok {
			return false
		}
		for _, element := range part {
			if !contains(list, element) {
				return false
			}
		}
		return true
	}
	// a number is of one type from JSON and of another from YAML
	return fmt.Sprint(whole) == fmt.Sprint(part)
}

func contains(list []any, element any) bool {
	return slices.ContainsFunc(list, func(one any) bool { return holds(one, element) })
}
