"""The test rig: an adapter, a proxy that does harm, a stub or a system at some address."""
