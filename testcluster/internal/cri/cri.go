// Package cri speaks to containerd as kubelet does, to remove pods with everything that belongs to them: processes,
// mounts, network namespaces and addresses.
package cri

import (
	"context"
	"errors"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials/insecure"
	runtime "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// Client is a connection to a container runtime.
type Client struct {
	connection *grpc.ClientConn
	runtime    runtime.RuntimeServiceClient
	images     runtime.ImageServiceClient
}

// Dial returns a client for the runtime that listens on a Unix socket. It connects with the first call.
func Dial(socket string) (*Client, error) {
	connection, err := grpc.NewClient("unix://"+socket, grpc.WithTransportCredentials(insecure.NewCredentials()),
		// The socket is of this machine, and may be some moments away from its first connection.
		grpc.WithConnectParams(grpc.ConnectParams{Backoff: backoff.Config{BaseDelay: 20 * time.Millisecond, Multiplier: 1.5, MaxDelay: 200 * time.Millisecond}}))
	if err != nil {
		return nil, err
	}
	return &Client{connection, runtime.NewRuntimeServiceClient(connection), runtime.NewImageServiceClient(connection)}, nil
}

// Close closes the connection.
func (c *Client) Close() error { return c.connection.Close() }

// Ready fails while the runtime does not answer for its pods.
func (c *Client) Ready(ctx context.Context) error {
	_, err := c.runtime.ListPodSandbox(ctx, &runtime.ListPodSandboxRequest{})
	return err
}

// RemovePods stops and removes all pods at once, and returns how many there were.
func (c *Client) RemovePods(ctx context.Context) (int, error) {
	list, err := c.runtime.ListPodSandbox(ctx, &runtime.ListPodSandboxRequest{})
	if err != nil {
		return 0, err
	}
	errs := make([]error, len(list.Items))
	var wg sync.WaitGroup
	for i, pod := range list.Items {
		wg.Go(func() {
			_, stop := c.runtime.StopPodSandbox(ctx, &runtime.StopPodSandboxRequest{PodSandboxId: pod.Id})
			_, remove := c.runtime.RemovePodSandbox(ctx, &runtime.RemovePodSandboxRequest{PodSandboxId: pod.Id})
			errs[i] = errors.Join(stop, remove)
		})
	}
	wg.Wait()
	return len(list.Items), errors.Join(errs...)
}

// RemoveImages removes the images of which no name is to be kept, and returns their names.
func (c *Client) RemoveImages(ctx context.Context, keep func(name string) bool) (removed []string, err error) {
	list, err := c.images.ListImages(ctx, &runtime.ListImagesRequest{})
	if err != nil {
		return nil, err
	}
	for _, image := range list.Images {
		kept := false
		for _, name := range image.RepoTags {
			kept = kept || keep(name)
		}
		if kept {
			continue
		}
		if _, err := c.images.RemoveImage(ctx, &runtime.RemoveImageRequest{Image: &runtime.ImageSpec{Image: image.Id}}); err != nil {
			return removed, err
		}
		removed = append(removed, image.RepoTags...)
	}
	return removed, nil
}
