package operator

import (
	"fmt"
	"os"
	"path/filepath"

	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// deployment is what an installation gives the operator.
type deployment struct {
	env    []string
	memory int64 // bytes
}

// readDeployment reads the environment variables and the memory limit of deploy/manifests/deployment.yaml.
func readDeployment(root string) (deployment, error) {
	content, err := os.ReadFile(filepath.Join(root, "deploy", "manifests", "deployment.yaml"))
	if err != nil {
		return deployment{}, err
	}
	var manifest apps.Deployment
	if err := yaml.Unmarshal(content, &manifest); err != nil {
		return deployment{}, err
	}
	containers := manifest.Spec.Template.Spec.Containers
	if len(containers) != 1 {
		return deployment{}, fmt.Errorf("deployment.yaml: one container expected, not %d", len(containers))
	}
	d := deployment{memory: containers[0].Resources.Limits.Memory().Value()}
	if d.memory == 0 {
		return deployment{}, fmt.Errorf("deployment.yaml: no memory limit")
	}
	for _, v := range containers[0].Env {
		value := v.Value
		if v.ValueFrom != nil {
			value = downward(v.ValueFrom)
		}
		d.env = append(d.env, v.Name+"="+value)
	}
	return d, nil
}

// downward is what the kubelet would fill in for a field of the operator's pod.
func downward(source *core.EnvVarSource) string {
	if source.FieldRef == nil {
		return ""
	}
	switch source.FieldRef.FieldPath {
	case "metadata.namespace":
		return "godev-system"
	case "metadata.name":
		return "godev-operator-bench"
	}
	return ""
}
