package controlplane

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	authentication "k8s.io/api/authentication/v1"
	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/kubernetes"
)

const (
	operatorNamespace = "godev-system"
	operatorAccount   = "godev-operator"
	node              = "bench-node"
)

// install brings in what an installation of the operator has but for its Deployment, and a default storage class.
func (cp *ControlPlane) install(ctx context.Context, client kubernetes.Interface) error {
	installation, err := cp.kubectl(ctx, nil, "kustomize", filepath.Join(cp.root, "deploy", "manifests"))
	if err != nil {
		return err
	}
	manifests, err := withoutDeployment(installation)
	if err != nil {
		return err
	}
	// Discovery of what the API server has itself may be some moments behind its readiness.
	if err := until(ctx, func() error {
		_, err := cp.kubectl(ctx, append(manifests, storageClass+nodeDeletes...), "apply", "--server-side", "--filename", "-")
		return err
	}); err != nil {
		return err
	}
	if _, err := cp.kubectl(ctx, nil, "wait", "--for=condition=Established", "crd/godevenvironments.godev.io", "--timeout=30s"); err != nil {
		return err
	}
	day := int64((24 * time.Hour).Seconds())
	token, err := client.CoreV1().ServiceAccounts(operatorNamespace).CreateToken(ctx, operatorAccount,
		&authentication.TokenRequest{Spec: authentication.TokenRequestSpec{ExpirationSeconds: &day}}, meta.CreateOptions{})
	if err != nil {
		return err
	}
	return cp.writeKubeconfig("operator", token.Status.Token)
}

const storageClass = `---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: simulated
  annotations:
    storageclass.kubernetes.io/is-default-class: "true"
provisioner: bench.godev.io/simulated
allowVolumeExpansion: true
`

// A kubelet names the uid of the pod that it deletes. The player of nodes names none, and could meet the next pod of that
// name.
const nodeDeletes = `---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: simulated-node}
spec:
  matchConstraints:
    resourceRules:
    - {apiGroups: [""], apiVersions: [v1], resources: [pods], operations: [DELETE]}
  matchConditions:
  - {name: by-the-node, expression: request.userInfo.username == "` + nodePlayer + `"}
  validations:
  - {expression: has(oldObject.metadata.deletionTimestamp), message: the pod does not terminate}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: simulated-node}
spec: {policyName: simulated-node, validationActions: [Deny]}
`

func addNode(ctx context.Context, client kubernetes.Interface) error {
	plenty := core.ResourceList{
		core.ResourceCPU: resource.MustParse("100k"), core.ResourceMemory: resource.MustParse("100Ti"), core.ResourcePods: resource.MustParse("1M"),
	}
	_, err := client.CoreV1().Nodes().Create(ctx, &core.Node{
		ObjectMeta: meta.ObjectMeta{Name: node, Labels: map[string]string{core.LabelOSStable: "linux", core.LabelHostname: node}},
		Status:     core.NodeStatus{Allocatable: plenty, Capacity: plenty},
	}, meta.CreateOptions{})
	if err != nil {
		return err
	}
	return until(ctx, func() error {
		n, err := client.CoreV1().Nodes().Get(ctx, node, meta.GetOptions{})
		if err != nil {
			return err
		}
		for _, c := range n.Status.Conditions {
			if c.Type == core.NodeReady && c.Status == core.ConditionTrue {
				return nil
			}
		}
		return errors.New("the simulated node is not ready")
	})
}

// CreateNamespace makes a namespace in which pods can be created, which takes its default ServiceAccount.
func (cp *ControlPlane) CreateNamespace(ctx context.Context, name string) error {
	config, err := cp.AdminConfig()
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	namespace := &core.Namespace{ObjectMeta: meta.ObjectMeta{
		Name: name,
		// As a platform team would set it.
		Labels: map[string]string{"pod-security.kubernetes.io/enforce": "restricted"},
	}}
	if _, err := client.CoreV1().Namespaces().Create(ctx, namespace, meta.CreateOptions{}); err != nil {
		return err
	}
	return until(ctx, func() error {
		_, err := client.CoreV1().ServiceAccounts(name).Get(ctx, "default", meta.GetOptions{})
		return err
	})
}

// until calls a function until it succeeds or the context ends, for half a minute at most.
func until(ctx context.Context, do func() error) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		err := do()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-tick.C:
		}
	}
}

func (cp *ControlPlane) kubectl(ctx context.Context, input []byte, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, cp.Kubectl(), append([]string{"--kubeconfig", cp.AdminKubeconfig()}, args...)...)
	cmd.Stdin = bytes.NewReader(input)
	cmd.Env = []string{"HOME=" + cp.state, "PATH=" + os.Getenv("PATH")}
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("kubectl %s: %w %s", strings.Join(args, " "), err, stderr.String())
	}
	return out, nil
}

// withoutDeployment leaves out what would run the operator inside the cluster.
func withoutDeployment(manifests []byte) ([]byte, error) {
	documents := yaml.NewDocumentDecoder(io.NopCloser(bytes.NewReader(manifests)))
	defer documents.Close()
	var kept bytes.Buffer
	buffer := make([]byte, len(manifests)+1)
	for {
		n, err := documents.Read(buffer)
		if errors.Is(err, io.EOF) {
			return kept.Bytes(), nil
		}
		if err != nil {
			return nil, err
		}
		var head meta.TypeMeta
		if err := yaml.Unmarshal(buffer[:n], &head); err != nil {
			return nil, err
		}
		if head.Kind != "Deployment" {
			kept.WriteString("---\n")
			kept.Write(buffer[:n])
			kept.WriteString("\n")
		}
	}
}
