package chart

import (
	"fmt"
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// A value that is a mark becomes an expression of the template, without the quotes that YAML put around it; a line of a
// list that is a mark becomes lines of their own.
const (
	open, shut  = "@<", ">@"
	spreadField = "topologySpreadConstraints"
)

var (
	marked    = regexp.MustCompile(`'?@<(.*?)>@'?`)
	envLine   = regexp.MustCompile(`(?m)^( *)- '@<env>@'$`)
	fieldLine = regexp.MustCompile(`(?m)^( *)` + spreadField + `: '@<spread>@'$`)
)

// env is what values add to the container's variables.
const env = `{{- with .Values.namespaces }}
- name: GODEV_NAMESPACES
  value: {{ join "," . | quote }}
{{- end }}
{{- with .Values.hostPaths }}
- name: GODEV_HOST_PATHS
  value: {{ join "," . | quote }}
{{- end }}
{{- with .Values.env }}
{{- toYaml . | nindent INDENT }}
{{- end }}`

func mark(expression string) string { return open + expression + shut }

// template writes an object as a template: with what values may change, and with braces that are its own kept.
func (s sources) template(o Object) (string, error) {
	o = o.DeepCopy()
	switch o.GetKind() {
	case "Deployment":
		if err := deployment(o); err != nil {
			return "", err
		}
	case "CustomResourceDefinition":
		// or a "helm uninstall" would delete every environment
		annotations := o.GetAnnotations()
		if annotations == nil {
			annotations = map[string]string{}
		}
		annotations["helm.sh/resource-policy"] = "keep"
		o.SetAnnotations(annotations)
	}
	if o.GetNamespace() == namespace {
		o.SetNamespace(mark(".Release.Namespace"))
	}
	if subjects, found, _ := unstructured.NestedSlice(o.Object, "subjects"); found {
		for _, subject := range subjects {
			if s := subject.(map[string]any); s["namespace"] == namespace {
				s["namespace"] = mark("$.Release.Namespace")
			}
		}
		if err := unstructured.SetNestedSlice(o.Object, subjects, "subjects"); err != nil {
			return "", err
		}
	}
	text, err := yaml.Marshal(o.Object)
	if err != nil {
		return "", err
	}
	constraints, err := yaml.Marshal(map[string]any{spreadField: s.spread})
	if err != nil {
		return "", err
	}
	return expand(string(text), when("gt (int .Values.replicas) 1")(string(constraints))), nil
}

func expand(text, spread string) string {
	text = strings.NewReplacer("{{", `{{ "{{" }}`, "}}", `{{ "}}" }}`).Replace(text)
	for pattern, block := range map[*regexp.Regexp]string{envLine: env, fieldLine: strings.TrimSuffix(spread, "\n")} {
		text = pattern.ReplaceAllStringFunc(text, func(line string) string {
			indent := pattern.FindStringSubmatch(line)[1]
			block = strings.ReplaceAll(block, "INDENT", fmt.Sprint(len(indent)))
			return indent + strings.ReplaceAll(block, "\n", "\n"+indent)
		})
	}
	return marked.ReplaceAllStringFunc(text, func(found string) string {
		expression := marked.FindStringSubmatch(found)[1]
		if strings.HasPrefix(expression, "-") {
			return "{{" + expression + " }}"
		}
		return "{{ " + expression + " }}"
	})
}

// deployment puts the values in.
func deployment(o Object) error {
	spec := func(path ...string) []string { return append([]string{"spec"}, path...) }
	if err := replace(o.Object, mark(".Values.replicas"), spec("replicas")...); err != nil {
		return err
	}
	if err := unstructured.SetNestedField(o.Object, mark("spread"), spec("template", "spec", spreadField)...); err != nil {
		return err
	}
	containers, _, err := unstructured.NestedSlice(o.Object, spec("template", "spec", "containers")...)
	if err != nil || len(containers) != 1 {
		return fmt.Errorf("the Deployment has %d containers: %w", len(containers), err)
	}
	container := containers[0].(map[string]any)
	for field, expression := range map[string]string{
		"image":           ".Values.image.operator | quote",
		"imagePullPolicy": ".Values.image.pullPolicy",
		"resources":       "- toYaml .Values.resources | nindent 10",
	} {
		if err := replace(container, mark(expression), field); err != nil {
			return err
		}
	}
	variables, _, err := unstructured.NestedSlice(container, "env")
	if err != nil {
		return err
	}
	for _, variable := range variables {
		if v := variable.(map[string]any); v["name"] == runtimeImage {
			v["value"] = mark(".Values.image.runtime | quote")
		}
	}
	container["env"] = append(variables, mark("env"))
	if err := unstructured.SetNestedSlice(o.Object, containers, spec("template", "spec", "containers")...); err != nil {
		return err
	}
	return nil
}

// replace sets a field that has to be there: one that was renamed would leave a value without effect.
func replace(of map[string]any, value any, path ...string) error {
	if _, found, err := unstructured.NestedFieldNoCopy(of, path...); err != nil || !found {
		return fmt.Errorf("the Deployment has no %s: %w", strings.Join(path, "."), err)
	}
	return unstructured.SetNestedField(of, value, path...)
}

func when(condition string) func(string) string {
	return func(text string) string { return "{{- if " + condition + " }}\n" + text + "{{- end }}\n" }
}

// inEach is for the objects of the namespaces that the operator is confined to.
func inEach(text string) string {
	text = strings.ReplaceAll(text, "namespace: {{ .Release.Namespace }}", "namespace: {{ . }}")
	return "{{- range .Values.namespaces }}\n---\n" + text + "{{- end }}\n"
}

// condition says when an object of the base is there.
func condition(o Object) func(string) string {
	switch o.GetKind() {
	case "CustomResourceDefinition":
		return when(".Values.crds.install")
	case "ClusterRole", "ClusterRoleBinding":
		return when("not .Values.namespaces")
	case "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding":
		if strings.HasPrefix(o.GetName(), "advice.") {
			return when("and .Values.advice.enabled (not .Values.namespaces)")
		}
		return when("not .Values.namespaces")
	default:
		return func(text string) string { return text }
	}
}
