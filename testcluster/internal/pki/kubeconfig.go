package pki

import (
	"encoding/base64"
	"fmt"
)

// Kubeconfig returns a kubeconfig for a client certificate, whole in itself. The context is named after the node, as
// Docker Desktop names its context.
func Kubeconfig(server, context string, caCert []byte, client Pair) []byte {
	b64 := base64.StdEncoding.EncodeToString
	return fmt.Appendf(nil, `apiVersion: v1
kind: Config
clusters:
- name: %[2]s
  cluster:
    server: %[1]s
    certificate-authority-data: %[3]s
users:
- name: %[2]s
  user:
    client-certificate-data: %[4]s
    client-key-data: %[5]s
contexts:
- name: %[2]s
  context:
    cluster: %[2]s
    user: %[2]s
current-context: %[2]s
`, server, context, b64(caCert), b64(client.Cert), b64(client.Key))
}
