package chart

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

const runtimeImage = "GODEV_RUNTIME_IMAGE"

// values are those of the base, by the names that they have in the static files.
func (s sources) values() (map[string]string, error) {
	deployment, err := find(s.base, "Deployment/godev-operator")
	if err != nil {
		return nil, err
	}
	containers, _, err := unstructured.NestedSlice(deployment.Object, "spec", "template", "spec", "containers")
	if err != nil || len(containers) != 1 {
		return nil, fmt.Errorf("the Deployment has %d containers: %w", len(containers), err)
	}
	container := containers[0].(map[string]any)
	image := fmt.Sprint(container["image"])
	_, version, _ := strings.Cut(image, ":")
	resources, err := yaml.Marshal(container["resources"])
	if err != nil {
		return nil, err
	}
	runtime := ""
	env, _, err := unstructured.NestedSlice(container, "env")
	if err != nil {
		return nil, err
	}
	for _, variable := range env {
		if v := variable.(map[string]any); v["name"] == runtimeImage {
			runtime = fmt.Sprint(v["value"])
		}
	}
	if runtime == "" || version == "" {
		return nil, fmt.Errorf("the Deployment has no %s, or its image %s no version", runtimeImage, image)
	}
	replicas, _, err := unstructured.NestedInt64(deployment.Object, "spec", "replicas")
	if err != nil {
		return nil, err
	}
	return map[string]string{
		"version":    version,
		"operator":   image,
		"runtime":    runtime,
		"pullPolicy": fmt.Sprint(container["imagePullPolicy"]),
		"replicas":   fmt.Sprint(replicas),
		"resources":  "  " + strings.ReplaceAll(strings.TrimSpace(string(resources)), "\n", "\n  "),
	}, nil
}
