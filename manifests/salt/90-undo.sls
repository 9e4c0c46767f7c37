# Takes away what the others made: the bind, and its line in fstab. Directories stay, and so does
# a mount that is not the bind of this device.
{% for name in ['mysql_socket', 'vmail'] %}

no bind {{ name }}:
  robind.absent:
    - name: /mnt/volumes_ro/{{ name }}
    - device: /mnt/volumes/{{ name }}
{% endfor %}
