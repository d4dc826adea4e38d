package network

import "testing"

const ours = "godev-testcluster"

func TestCleanup(t *testing.T) {
	for _, c := range []struct{ name, save, want string }{
		{
			name: "a machine without the cluster is left alone",
			save: "*nat\n:PREROUTING ACCEPT [0:0]\n:DOCKER - [0:0]\n-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER\nCOMMIT\n",
		},
		{
			name: "chains of kube-proxy, and the rules that lead there",
			save: `*nat
:PREROUTING ACCEPT [0:0]
:DOCKER - [0:0]
:KUBE-SERVICES - [0:0]
:KUBE-SVC-X - [0:0]
-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A PREROUTING -j DOCKER
-A KUBE-SERVICES -d 10.233.0.1/32 -j KUBE-SVC-X
COMMIT
`,
			want: `*nat
:KUBE-SERVICES - [0:0]
:KUBE-SVC-X - [0:0]
-D PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-X KUBE-SERVICES
-X KUBE-SVC-X
COMMIT
`,
		},
		{
			name: "a pod's chain of our network, not another network's",
			save: `*nat
:POSTROUTING ACCEPT [0:0]
:CNI-aaa - [0:0]
:CNI-bbb - [0:0]
-A POSTROUTING -s 10.232.1.2/32 -m comment --comment "name: \"godev-testcluster\" id: \"1\"" -j CNI-aaa
-A POSTROUTING -s 10.4.0.2/32 -m comment --comment "name: \"bridge\" id: \"2\"" -j CNI-bbb
-A CNI-aaa -d 10.232.1.0/24 -m comment --comment "name: \"godev-testcluster\" id: \"1\"" -j ACCEPT
-A CNI-bbb -d 10.4.0.0/24 -m comment --comment "name: \"bridge\" id: \"2\"" -j ACCEPT
COMMIT
`,
			want: `*nat
:CNI-aaa - [0:0]
-D POSTROUTING -s 10.232.1.2/32 -m comment --comment "name: \"godev-testcluster\" id: \"1\"" -j CNI-aaa
-X CNI-aaa
COMMIT
`,
		},
		{
			name: "port mappings of ours alone",
			save: `*nat
:PREROUTING ACCEPT [0:0]
:CNI-DN-aaa - [0:0]
:CNI-HOSTPORT-DNAT - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT
-A CNI-HOSTPORT-DNAT -p tcp -m comment --comment "dnat name: \"godev-testcluster\" id: \"1\"" -j CNI-DN-aaa
COMMIT
`,
			want: `*nat
:CNI-DN-aaa - [0:0]
:CNI-HOSTPORT-DNAT - [0:0]
-D PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT
-X CNI-DN-aaa
-X CNI-HOSTPORT-DNAT
COMMIT
`,
		},
		{
			name: "port mappings shared with another network",
			save: `*nat
:PREROUTING ACCEPT [0:0]
:CNI-DN-aaa - [0:0]
:CNI-DN-bbb - [0:0]
:CNI-HOSTPORT-DNAT - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT
-A CNI-HOSTPORT-DNAT -p tcp -m comment --comment "dnat name: \"godev-testcluster\" id: \"1\"" -j CNI-DN-aaa
-A CNI-HOSTPORT-DNAT -p tcp -m comment --comment "dnat name: \"bridge\" id: \"2\"" -j CNI-DN-bbb
COMMIT
`,
			want: `*nat
:CNI-DN-aaa - [0:0]
-D CNI-HOSTPORT-DNAT -p tcp -m comment --comment "dnat name: \"godev-testcluster\" id: \"1\"" -j CNI-DN-aaa
-X CNI-DN-aaa
COMMIT
`,
		},
		{
			name: "the cluster's own rules, table by table",
			save: `*mangle
:KUBE-KUBELET-CANARY - [0:0]
COMMIT
*filter
:FORWARD DROP [1:2]
-A FORWARD -i godev-pods -m comment --comment godev-testcluster -j ACCEPT
-A FORWARD -i docker0 -j ACCEPT
COMMIT
`,
			want: `*mangle
:KUBE-KUBELET-CANARY - [0:0]
-X KUBE-KUBELET-CANARY
COMMIT
*filter
-D FORWARD -i godev-pods -m comment --comment godev-testcluster -j ACCEPT
COMMIT
`,
		},
		{name: "nothing at all"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := cleanup(c.save, ours); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}
