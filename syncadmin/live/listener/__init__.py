"""The process that receives changes as they happen from every connected system that sends them."""
