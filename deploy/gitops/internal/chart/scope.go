package chart

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// ofNamespaces and ofCluster are Kubernetes' own resources that the operator has rights to. What is in neither stops
// "make generate": a Role cannot give a right to what has no namespace.
var (
	ofNamespaces = []string{
		"pods", "pods/resize", "pods/exec", "pods/log", "persistentvolumeclaims", "configmaps", "services", "events", "secrets",
		"networkpolicies", "leases", "resourcequotas", "limitranges", "jobs", "volumesnapshots", "endpoints", "endpointslices",
		"serviceaccounts", "poddisruptionbudgets", "localsubjectaccessreviews",
	}
	ofCluster = []string{
		"nodes", "tokenreviews", "subjectaccessreviews", "persistentvolumes", "storageclasses", "volumesnapshotclasses",
		"namespaces", "customresourcedefinitions", "validatingadmissionpolicies", "validatingadmissionpolicybindings",
		"priorityclasses", "runtimeclasses",
	}
)

// scopes says which resources have a namespace; those of the definitions are as the definitions say.
type scopes map[string]bool

func scopesOf(objects []Object) (scopes, error) {
	s := scopes{}
	for _, name := range ofNamespaces {
		s[name] = true
	}
	for _, name := range ofCluster {
		s[name] = false
	}
	for _, o := range objects {
		if o.GetKind() != "CustomResourceDefinition" {
			continue
		}
		plural, _, err := unstructured.NestedString(o.Object, "spec", "names", "plural")
		if err != nil {
			return nil, err
		}
		scope, _, err := unstructured.NestedString(o.Object, "spec", "scope")
		if err != nil {
			return nil, err
		}
		for _, suffix := range []string{"", "/status", "/finalizers", "/scale"} {
			s[plural+suffix] = scope == "Namespaced"
		}
	}
	return s, nil
}

// roles makes a Role of each ClusterRole, with what of it a Role can give, and a RoleBinding of each binding.
func roles(objects []Object, s scopes) ([]Object, error) {
	var all []Object
	made := map[string]bool{}
	for _, o := range objects {
		if o.GetKind() != "ClusterRole" {
			continue
		}
		rules, err := s.namespaced(o)
		if err != nil {
			return nil, err
		}
		if len(rules) == 0 {
			continue
		}
		made[o.GetName()] = true
		role := &unstructured.Unstructured{Object: map[string]any{
			"apiVersion": o.GetAPIVersion(), "kind": "Role", "metadata": named(o), "rules": rules,
		}}
		all = append(all, role)
	}
	for _, o := range objects {
		if o.GetKind() != "ClusterRoleBinding" {
			continue
		}
		binding := o.DeepCopy()
		role, _, err := unstructured.NestedString(binding.Object, "roleRef", "name")
		if err != nil {
			return nil, err
		}
		if !made[role] {
			continue
		}
		binding.SetKind("RoleBinding")
		binding.Object["metadata"] = named(o)
		if err := unstructured.SetNestedField(binding.Object, "Role", "roleRef", "kind"); err != nil {
			return nil, err
		}
		all = append(all, binding)
	}
	return all, nil
}

// named keeps the name and the labels that say whose it is; those that join rights into the cluster's own roles do
// nothing in a Role.
func named(o Object) map[string]any {
	labels := map[string]any{}
	for key, value := range o.GetLabels() {
		if key == "app.kubernetes.io/name" || key == "app.kubernetes.io/part-of" {
			labels[key] = value
		}
	}
	return map[string]any{"name": o.GetName(), "namespace": namespace, "labels": labels}
}

func (s scopes) namespaced(role Object) ([]any, error) {
	rules, _, err := unstructured.NestedSlice(role.Object, "rules")
	if err != nil {
		return nil, err
	}
	var kept []any
	for _, rule := range rules {
		r := rule.(map[string]any)
		resources, _, err := unstructured.NestedStringSlice(r, "resources")
		if err != nil {
			return nil, err
		}
		for _, resource := range resources {
			if _, known := s[resource]; !known {
				return nil, fmt.Errorf("ClusterRole %s: say in deploy/gitops/internal/chart/scope.go whether %s have a namespace",
					role.GetName(), resource)
			}
		}
		resources = slices.DeleteFunc(resources, func(resource string) bool { return !s[resource] })
		if len(resources) == 0 {
			continue
		}
		if err := unstructured.SetNestedStringSlice(r, resources, "resources"); err != nil {
			return nil, err
		}
		kept = append(kept, r)
	}
	return kept, nil
}
