// Command hostpath is the test cluster's volume provisioner: each claim gets a folder of the machine. It runs beside
// kubelet, as a process of the machine.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "hostpath:", err)
		os.Exit(1)
	}
}

func run() error {
	kubeconfig := flag.String("kubeconfig", "", "how to reach the API server")
	name := flag.String("provisioner", "docker.io/hostpath", "the provisioner's name in the storage class")
	dir := flag.String("dir", "", "the folder that the volumes are made in")
	flag.Parse()

	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	controller.NewProvisionController(ctx, client, *name, folders{*dir}, controller.LeaderElection(false)).Run(ctx)
	return nil
}

// folders makes and deletes one folder per volume.
type folders struct{ dir string }

// Provision makes the volume's folder, writable for any user: hostPath volumes know no fsGroup. A storage class with the
// parameter template gives its volumes a copy of what is in that folder of the node.
func (f folders) Provision(_ context.Context, o controller.ProvisionOptions) (*v1.PersistentVolume, controller.ProvisioningState, error) {
	path := filepath.Join(f.dir, o.PVName)
	if err := os.MkdirAll(path, 0o777); err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	if template := o.StorageClass.Parameters["template"]; template != "" {
		if said, err := exec.Command("cp", "-a", template+"/.", path).CombinedOutput(); err != nil {
			return nil, controller.ProvisioningFinished, fmt.Errorf("copying %s: %w: %s", template, err, said)
		}
	}
	// The umask took bits away.
	if err := os.Chmod(path, 0o777); err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	kind := v1.HostPathDirectoryOrCreate
	return &v1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: o.PVName},
		Spec: v1.PersistentVolumeSpec{
			PersistentVolumeReclaimPolicy: *o.StorageClass.ReclaimPolicy,
			AccessModes:                   o.PVC.Spec.AccessModes,
			Capacity:                      v1.ResourceList{v1.ResourceStorage: o.PVC.Spec.Resources.Requests[v1.ResourceStorage]},
			PersistentVolumeSource:        v1.PersistentVolumeSource{HostPath: &v1.HostPathVolumeSource{Path: path, Type: &kind}},
		},
	}, controller.ProvisioningFinished, nil
}

// Delete removes the volume's folder.
func (f folders) Delete(_ context.Context, volume *v1.PersistentVolume) error {
	path := volume.Spec.HostPath.Path
	if filepath.Dir(path) != filepath.Clean(f.dir) {
		return fmt.Errorf("volume %s: %s is not in %s", volume.Name, path, f.dir)
	}
	return os.RemoveAll(path)
}
